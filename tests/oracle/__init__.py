"""A slow, plain reference of the resident-side decision, and generated counties on which the product must agree with it.

Written from the policy documents, not from the product: nothing here may import `transforms` except through
`tests.oracle.product`, which runs the product as a whole.
"""

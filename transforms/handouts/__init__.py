"""Files for one recipient each, made on demand from a published run: settlement, tax feed, publicity, notices, letters.

Belongs here: who gets which rows and columns, what is masked, how files are cut and named, the templates of letters.
Does not belong here: any decision about a person or an amount, which stand in the run's tables; anything that the run itself writes.
The published run is read, never changed; every file written is entered in the ledger 外发登记.csv beside them.
"""

"""Tests over the rule packs themselves."""

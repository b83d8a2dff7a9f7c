-- One row per due person and grant that fits them (`unknown`: nobody can say whether it does, or the pack leaves it open): what it comes
-- to at most. Its amount is empty while the price is, of which it is a share.
CREATE TABLE grant_offers AS
SELECT
  f.person_key, f.ordinal, g.besides, f.fits IS NULL OR p.pending AS unknown,
  CASE
    WHEN p.share IS NULL THEN p.amount
    ELSE CAST(CAST(p.share * t.standard * p.coins AS DECIMAL(12, 0)) * p.coin AS DECIMAL(12, 2))
  END AS amount
FROM grant_fits AS f
INNER JOIN due_terms AS t ON t.person_key = f.person_key AND t.pay_day = f.pay_day
INNER JOIN pack_grants AS g ON g.ordinal = f.ordinal
INNER JOIN pack_subsidies AS p ON p.ordinal = f.ordinal;

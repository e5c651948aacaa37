"""The ground floor: plain values that know nothing of the studio's tables or of HTTP serving."""

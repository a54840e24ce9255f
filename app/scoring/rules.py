"""The numbers of the method. They belong to the instrument's version, never to a client."""

from fractions import Fraction
from typing import Final

#: A group is at the highest level that at least this share of its answers describe, or more.
TAU: Final = Fraction(2, 3)

#: Share of the spread between people that would stay if they answered again; see uncertainty.
RHO: Final = 0.60

#: Fewest usable respondents behind any figure. An organisation may raise it, never lower it.
K_FLOOR: Final = 5

#: Fewest people of a group that a few silent ones do not hide at once.
K_SAFE: Final = 8

#: From this many respondents on a group is not coarse, unless it is of one mind or two.
K_FINE: Final = 15

#: Shares of a scale are told only as "under" the first and "over" the second of these.
SHARE_LEAST, SHARE_MOST = Fraction(1, 10), Fraction(9, 10)
#: Means are told only as the first "or less" and the second "or more".
MEAN_LEAST, MEAN_MOST = Fraction(12, 10), Fraction(48, 10)

#: The within-group spread (levels) that is taken where too few people tell it, and how few.
SPREAD_ASSUMED: Final = 1.0
SPREAD_FROM: Final = 30

#: One-sided confidence of the bounds that make a band, and two-sided of the interval.
BAND_CONFIDENCE: Final = 0.90
INTERVAL_CONFIDENCE: Final = 0.95

#: Average deviation up to which a group shares one view (about A/6; Burke & Dunlap 2002).
AD_SHARED: Final = 0.80

#: A group is split if two camps explain this much of the spread and lie this far apart.
SPLIT_R2: Final = Fraction(4, 5)
SPLIT_GAP: Final = Fraction(3, 2)

#: A verdict is sensitive if silent people this much unlike the others would turn it.
SENSITIVE_WITHIN: Final = 0.25

#: From this share of "cannot say" on, what is asked is out of a group's sight.
UNSURE: Final = Fraction(1, 4)

#: Item results need this many valid answers, and reliability this many complete sheets.
K_ITEMS: Final = 10
RELIABLE_FROM: Final = 60

#: Fewest people who wrote a comment before any comment is shown.
K_COMMENTS: Final = 10

#: Groups may be sorted or called higher only above this ICC(2), and with F significant.
ICC2_DIFFERS: Final = 0.70
SIGNIFICANT: Final = 0.05
#: Smallest differences worth a word, in levels: between groups or sides, and between waves.
CLEAR_DIFFERENCE: Final = 0.5
CLEAR_CHANGE: Final = 0.3
#: Share of false ones among the groups that are said to have moved since the wave before.
FALSE_MOVES: Final = 0.10

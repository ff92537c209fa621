"""The best published F1 of each event type of ChFinAnn and DuEE-Fin, to stand beside ours.

All are micro P/R/F1 over role and value after records of one type are matched in a document (Doc2EDAG, arXiv
1904.07535; SARGE calls it fixed-slot), of ChFinAnn on its 3,204 test documents, of DuEE-Fin on labelled documents
(1,171 at SARGE, as many as its dev set has; the labels of its test set are not public). Ours are on a part of these,
and count the roles that a fact carries; the papers count as well the day of disclosure, the day of completion, the
listed company's short name and the thing pledged. So they stand beside, not against.

Source of all figures: github.com/emmmdty/SARGE, paper/exp/seed13_summary.md, tables 6 and 7 (a draft's, seed 13),
which repeat by type what the papers of EPAL (appendix tables 4 and 5) and SEELE (tables 2 and 3) report. PTPCG, by
type on ChFinAnn alone (github.com/Spico197/DocEE, issue 69: pledge .751, underweight .700, overweight .699,
repurchase .903), is below all of these. Of Doc2EDAG, GIT, DE-PPN, ReDEE, ProCNet and IPGPF no figure by type was at
hand; SARGE's tables 1 and 2 give the first five by corpus (at most .819 and .751).
"""

from __future__ import annotations

CHFINANN = {
    "EquityPledge": 0.838,  # SARGE; SEELE .831, EPAL .815
    "EquityUnderweight": 0.858,  # SARGE; SEELE .777, EPAL .763
    "EquityOverweight": 0.824,  # SEELE; SARGE .813, EPAL .773
    "EquityRepurchase": 0.951,  # SARGE; EPAL .934, SEELE .920
}
DUEE_FIN = {
    "质押": 0.853,  # SEELE; SARGE .795, EPAL .782
    "解除质押": 0.848,  # SEELE; SARGE .792, EPAL .768
    "股东减持": 0.767,  # SEELE and SARGE; EPAL .745
    "股东增持": 0.755,  # SEELE; SARGE .715, EPAL .575
    "中标": 0.769,  # SARGE; SEELE .766, EPAL .763
    "企业收购": 0.722,  # SARGE; SEELE .721, EPAL .683
    "亏损": 0.862,  # SEELE; EPAL .861, SARGE .839
    "股份回购": 0.948,  # SEELE; EPAL .913, SARGE .910
}

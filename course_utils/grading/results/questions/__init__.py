"""Questions about somebody's own code, for an oral exam or a quiz; every key is computed.

asking    what is watched of an answer, and the questions that its facts give
wording   values as keys and in sentences
choosing  five questions of a student's, others for everybody, the same for the same seed
own_code  a notebook's questions: the judge watches, nothing that it says is run here
sealing   keys that cannot be read off a notebook
sheet     pages to print: questions for a student, keys for the examiner
quiz      a notebook that grades itself
handed_in the hand-ins of a class
survey    how many questions the known right answers give
"""

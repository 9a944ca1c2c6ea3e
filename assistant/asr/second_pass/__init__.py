"""Second-pass scoring: MFCC, i-vector, TDNN-F, Viterbi and forward-backward in numpy."""

package secret

// keywords finds many words in a text in one pass, without regard to the case
// of ASCII letters. It is the automaton of Aho and Corasick with every
// transition computed beforehand, so that a byte costs one look-up: the search
// reads every text of an image, and few texts hold any of the words.
type keywords struct {
	classes [256]uint16 // bytes that no word tells apart are one class
	width   int
	// next holds, at the offset of a state plus a class, the offset of the state
	// that follows, with accept set where it ends a word.
	next []uint32
	// found lists the words that end in a state, by its number.
	found [][]int
}

// accept marks a transition into a state that ends a word.
const accept = 1 << 31

// newKeywords builds the automaton. Words are given in lower case.
func newKeywords(words []string) *keywords {
	k := &keywords{width: 1}
	for _, w := range words {
		for i := range len(w) {
			if k.classes[w[i]] == 0 {
				k.classes[w[i]] = uint16(k.width)
				k.width++
			}
		}
	}
	for c := 'A'; c <= 'Z'; c++ {
		k.classes[c] = k.classes[c+'a'-'A']
	}
	k.grow()
	for i, w := range words {
		state := 0
		for j := range len(w) {
			at := state*k.width + int(k.classes[w[j]])
			if k.next[at] == 0 {
				k.next[at] = uint32(len(k.found))
				k.grow()
			}
			state = int(k.next[at])
		}
		k.found[state] = append(k.found[state], i)
	}
	k.link()
	for i, s := range k.next {
		k.next[i] = s * uint32(k.width)
		if k.found[s] != nil {
			k.next[i] |= accept
		}
	}
	return k
}

func (k *keywords) grow() {
	k.next = append(k.next, make([]uint32, k.width)...)
	k.found = append(k.found, nil)
}

// link fills the transitions that leave the words' own paths: each goes where
// the longest proper suffix of its state would go.
func (k *keywords) link() {
	fail := make([]uint32, len(k.found))
	var queue []uint32
	for c := range k.width {
		if s := k.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := int(queue[0])
		queue = queue[1:]
		f := int(fail[s])
		k.found[s] = append(k.found[s], k.found[f]...)
		for c := range k.width {
			at, other := s*k.width+c, k.next[f*k.width+c]
			if t := k.next[at]; t != 0 {
				fail[t] = other
				queue = append(queue, t)
			} else {
				k.next[at] = other
			}
		}
	}
}

// each calls hit with every word found and the offset behind it.
func (k *keywords) each(text []byte, hit func(word, end int)) {
	state, next := uint32(0), k.next
	for i, c := range text {
		state = next[state+uint32(k.classes[c])]
		if state&accept != 0 {
			state &^= accept
			for _, w := range k.found[int(state)/k.width] {
				hit(w, i+1)
			}
		}
	}
}

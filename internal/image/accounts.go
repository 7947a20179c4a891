package image

import "strings"

// accounts reads the users of etc/passwd and what etc/shadow says of their
// passwords. See passwd(5) and shadow(5).
func (f *fold) accounts() []Account {
	passwd, users := f.text("etc/passwd")
	if users == nil {
		return nil
	}
	shadowText, shadows := f.text("etc/shadow")
	shadow := shadowHashes(shadowText)
	guesses := newGuesser()
	var out []Account
	var lines, hashes []string
	for line := range strings.Lines(passwd) {
		line = strings.TrimRight(line, "\r\n")
		field := strings.Split(line, ":")
		if len(field) < 7 || field[0] == "" || len(out) == MaxAccounts {
			continue
		}
		a := Account{Name: field[0], UID: number(field[2]), GID: number(field[3]), Shell: field[6]}
		hash, found := field[1], true
		if hash == "x" {
			hash, found = shadow[a.Name]
		}
		a.Password = "shadow-missing"
		if found {
			a.Password = guesses.judge(a.Name, hash)
		}
		out, lines = append(out, a), append(lines, line)
		hashes = append(hashes, a.Name+":"+hash)
	}
	since := f.linesSince(users, lines, wholeLine)
	var changed []int
	if shadows != nil {
		changed = f.linesSince(shadows, hashes, nameAndHash)
	}
	for i := range out {
		out[i].Layer = since[i]
		if _, ok := shadow[out[i].Name]; ok {
			out[i].Layer = max(since[i], changed[i])
		}
	}
	return out
}

// shadowHashes returns the second field of each line, by the first.
func shadowHashes(text string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(text) {
		if field := strings.SplitN(strings.TrimSpace(line), ":", 3); len(field) > 1 {
			out[field[0]] = field[1]
		}
	}
	return out
}

func wholeLine(line string) string { return line }

func nameAndHash(line string) string {
	field := strings.SplitN(line, ":", 3)
	return strings.Join(field[:min(2, len(field))], ":")
}

// linesSince returns for each line the layer from which on the file has had it.
// What of a line counts, cut says.
func (f *fold) linesSince(n *node, lines []string, cut func(string) string) []int {
	since, open := make([]int, len(lines)), make([]bool, len(lines))
	for i := range since {
		since[i], open[i] = n.at.layer, true
	}
	for v := len(n.chain) - 1; v >= 0; v-- {
		r := n.chain[v]
		had := map[string]bool{}
		for line := range strings.Lines(f.layers[r.layer].Inventory.Text[r.path]) {
			had[cut(strings.TrimRight(line, "\r\n"))] = true
		}
		for i, line := range lines {
			if open[i] = open[i] && had[line]; open[i] {
				since[i] = r.layer
			}
		}
	}
	return since
}

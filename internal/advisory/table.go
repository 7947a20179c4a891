package advisory

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// writeCVEs makes the shard of what is known of CVEs.
func (b *builder) writeCVEs(ctx context.Context, x *Index) error {
	if b.opts.KEV == "" && b.opts.EPSS == "" {
		return nil
	}
	notes := map[string]map[int]cveNote{}
	h := Header{Kind: KindCVE, Built: x.Built, Sources: []Attribution{}}
	for _, t := range []struct {
		place string
		read  func(map[string]map[int]cveNote, []byte) (time.Time, error)
		from  Attribution
	}{
		{b.opts.KEV, readKEV, Attribution{"CISA Known Exploited Vulnerabilities", "CC0-1.0", "https://www.cisa.gov/known-exploited-vulnerabilities-catalog"}},
		{b.opts.EPSS, readEPSS, Attribution{"FIRST Exploit Prediction Scoring System", "", "https://www.first.org/epss"}},
	} {
		if t.place == "" {
			continue
		}
		text, err := fetchTable(ctx, t.place, b.opts.Transport)
		if err != nil {
			return fmt.Errorf("%s: %w", t.place, err)
		}
		dated, err := t.read(notes, text)
		if err != nil {
			return fmt.Errorf("%s: %w", t.place, err)
		}
		if dated.After(h.Modified) {
			h.Modified = plausible(dated, b.opts.Built)
		}
		h.Sources = append(h.Sources, t.from)
	}
	for _, year := range notes {
		h.Records += len(year)
	}
	h.Packages = len(notes)
	e, err := b.save(h, func(w *shardWriter) error {
		for _, year := range slices.Sorted(maps.Keys(notes)) {
			list := slices.SortedFunc(maps.Values(notes[year]), func(a, b cveNote) int { return a.number - b.number })
			if err := w.name(year, appendNotes(nil, list)); err != nil {
				return err
			}
		}
		return w.endNames()
	})
	x.Shards = append(x.Shards, e)
	return err
}

// fetchTable reads a file or an address, unpacked where it is gzip.
func fetchTable(ctx context.Context, place string, transport http.RoundTripper) ([]byte, error) {
	var body io.ReadCloser
	if strings.HasPrefix(place, "https://") || strings.HasPrefix(place, "http://") {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
		if err != nil {
			return nil, err
		}
		res, err := (&http.Client{Transport: transport, Timeout: tableTimeout}).Do(req)
		if err != nil {
			return nil, err
		}
		if body = res.Body; res.StatusCode != http.StatusOK {
			return nil, errors.Join(fmt.Errorf("the server answered %s; try again, or name a file", res.Status), body.Close())
		}
	} else {
		f, err := os.Open(place)
		if err != nil {
			return nil, err
		}
		body = f
	}
	defer body.Close()
	r := bufio.NewReader(body)
	var in io.Reader = r
	if magic, _ := r.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		in = z
	}
	text, err := io.ReadAll(io.LimitReader(in, MaxTableBytes+1))
	if err == nil && len(text) > MaxTableBytes {
		err = fmt.Errorf("larger than the limit of %d MiB", MaxTableBytes>>20)
	}
	return text, err
}

const tableTimeout = 5 * time.Minute

func noteOf(notes map[string]map[int]cveNote, id string) (year map[int]cveNote, n cveNote, ok bool) {
	name, number, ok := splitCVE(strings.TrimSpace(id))
	if !ok {
		return nil, cveNote{}, false
	}
	if notes[name] == nil {
		notes[name] = map[int]cveNote{}
	}
	n = notes[name][number]
	n.number = number
	return notes[name], n, true
}

// readKEV reads CISA's catalogue
// (https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json).
func readKEV(notes map[string]map[int]cveNote, text []byte) (time.Time, error) {
	var catalogue struct {
		DateReleased    time.Time `json:"dateReleased"`
		Vulnerabilities []struct {
			CVE string `json:"cveID"`
		} `json:"vulnerabilities"`
	}
	if err := json.Unmarshal(text, &catalogue); err != nil {
		return time.Time{}, fmt.Errorf("not CISA's catalogue of known exploited vulnerabilities: %w", err)
	}
	if len(catalogue.Vulnerabilities) == 0 {
		return time.Time{}, errors.New("names no known exploited vulnerability: not CISA's catalogue")
	}
	for _, v := range catalogue.Vulnerabilities {
		year, n, ok := noteOf(notes, v.CVE)
		if !ok {
			return time.Time{}, fmt.Errorf("%.40q is no CVE", v.CVE)
		}
		n.kev = true
		year[n.number] = n
	}
	return catalogue.DateReleased, nil
}

// readEPSS reads FIRST's daily scores: a comment with the date, a head line
// "cve,epss,percentile", and one line a CVE.
func readEPSS(notes map[string]map[int]cveNote, text []byte) (time.Time, error) {
	var dated time.Time
	if first, _, ok := bytes.Cut(text, []byte("\n")); ok && bytes.HasPrefix(first, []byte("#")) {
		_, date, _ := strings.Cut(string(first), "score_date:")
		date, _, _ = strings.Cut(date, "T")
		dated, _ = time.Parse(time.DateOnly, date) // a comment without date is no fault
	}
	rows := csv.NewReader(bytes.NewReader(text))
	rows.Comment, rows.ReuseRecord = '#', true
	head, err := rows.Read()
	if err != nil || len(head) < 2 || head[0] != "cve" || head[1] != "epss" {
		return dated, errors.New(`not FIRST's scores: the first line is not "cve,epss,percentile"`)
	}
	for line := 2; ; line++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return dated, nil
		}
		if err != nil {
			return dated, err
		}
		year, n, ok := noteOf(notes, row[0])
		value, err := strconv.ParseFloat(row[1], 64)
		if !ok || err != nil || !(value >= 0 && value <= 1) {
			return dated, fmt.Errorf("row %d: %.40q, %.40q is no CVE with a score between 0 and 1", line, row[0], row[1])
		}
		n.epss = int(math.Round(value * epssUnit))
		year[n.number] = n
	}
}

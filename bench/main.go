package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// The goals.
const (
	maxCheck = 150 * time.Millisecond
	maxBytes = 80_000_000
	maxRatio = 1.25
)

type options struct {
	repository, dockerfiles, corpus string
	kubeScore, kustomize            string
	image, floor                    string
	runs                            int
	manifests, enforce              bool
}

func main() {
	var o options
	flag.StringVar(&o.repository, "repository", "", "folder to judge, for example a checkout of microservices-demo")
	flag.StringVar(&o.dockerfiles, "dockerfiles", "", "folder whose Dockerfiles, repeated to a thousand, are judged beside BuildKit's own checks")
	flag.BoolVar(&o.manifests, "manifests", false, "measure generated manifests beside kube-score and kustomize")
	flag.StringVar(&o.corpus, "corpus", "", "folder of repositories, each judged beside kustomize building its roots")
	flag.StringVar(&o.kubeScore, "kube-score", "kube-score", "kube-score's program; left out where it is not there")
	flag.StringVar(&o.kustomize, "kustomize", "kustomize", "kustomize's program; left out where it is not there")
	flag.StringVar(&o.image, "image", "", "folders, separated by commas, each a layer of an image that is read, for example /usr/local/go,/usr/bin")
	flag.StringVar(&o.floor, "floor", "", "only unpack, hash and walk the layers of this image, to be measured")
	flag.IntVar(&o.runs, "runs", 11, "runs of each program, of which the median counts")
	flag.BoolVar(&o.enforce, "enforce", false, "exit with 1 where a goal is missed")
	flag.Parse()
	if o.floor != "" {
		if err := runFloor(o.floor); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(3)
		}
		return
	}
	missed, err := measure(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(3)
	}
	if missed && o.enforce {
		os.Exit(1)
	}
}

// measure prints each figure beside its goal and reports whether one is missed.
func measure(o options) (missed bool, err error) {
	dir, err := os.MkdirTemp("", "tidewaiter-bench-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "tidewaiter")
	if err := build(binary, "", "./cmd/tidewaiter"); err != nil {
		return false, err
	}
	size, err := programSize(binary)
	if err != nil {
		return false, err
	}
	start, err := startRatio(dir, binary, o.runs)
	if err != nil {
		return false, err
	}
	figures := []figure{size, start}
	if o.repository != "" {
		check, err := checkTime(binary, o)
		if err != nil {
			return false, err
		}
		figures = append(figures, check)
	} else {
		fmt.Println("check: not measured, name a folder with -repository")
	}
	// The corpus last: it makes this program large, see peakMemory.
	for _, set := range []struct {
		wanted bool
		figure func() ([]figure, error)
	}{
		{o.dockerfiles != "", func() ([]figure, error) { return dockerfileFigures(dir, binary, o) }},
		{o.manifests, func() ([]figure, error) { return manifestFigures(dir, binary, o) }},
		{o.image != "", func() ([]figure, error) { return imageFigures(dir, binary, o) }},
		{o.corpus != "", func() ([]figure, error) { return rootFigures(binary, o) }},
	} {
		if !set.wanted {
			continue
		}
		found, err := set.figure()
		if err != nil {
			return false, err
		}
		figures = append(figures, found...)
	}
	for _, f := range figures {
		fmt.Println(f)
		missed = missed || !f.met()
	}
	return missed, nil
}

// figure is a measured value and the largest that is good.
type figure struct {
	name        string
	value, goal float64
	unit        string
	detail      string
}

func (f figure) met() bool { return f.value <= f.goal }

// String shows the figure, its goal, and the ratio of the two.
func (f figure) String() string {
	verdict := "met"
	if !f.met() {
		verdict = "MISSED"
	}
	return fmt.Sprintf("%s: %.4g %s, goal at most %.4g %s, %.2f of it: %s (%s)", f.name, f.value, f.unit, f.goal, f.unit, f.value/f.goal, verdict, f.detail)
}

func programSize(binary string) (figure, error) {
	st, err := os.Stat(binary)
	if err != nil {
		return figure{}, err
	}
	return figure{"program", float64(st.Size()) / 1e6, maxBytes / 1e6, "MB", "static, stripped"}, nil
}

func checkTime(binary string, o options) (figure, error) {
	// 1 is a verdict, too.
	cost, err := medians(o.runs, []run{{[]string{binary, "check", "--quiet", "--offline", o.repository}, 1}})
	if err != nil {
		return figure{}, err
	}
	return figure{"check", ms(cost[0].cpu), ms(maxCheck), "ms CPU", fmt.Sprintf("%s, median of %d", filepath.Base(o.repository), o.runs)}, nil
}

func startRatio(dir, binary string, runs int) (figure, error) {
	empty := filepath.Join(dir, "empty")
	packages, err := buildEmpty(dir, empty)
	if err != nil {
		return figure{}, err
	}
	cost, err := medians(runs, []run{{[]string{binary, "--version"}, 0}, {[]string{empty}, 0}})
	if err != nil {
		return figure{}, err
	}
	detail := fmt.Sprintf("%.1f ms CPU against %.1f ms of an empty program with the same %d packages, medians of %d", ms(cost[0].cpu), ms(cost[1].cpu), packages, runs)
	return figure{"cold start", float64(cost[0].cpu) / float64(cost[1].cpu), maxRatio, "times", detail}, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

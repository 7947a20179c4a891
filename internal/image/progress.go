package image

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// progressStep is how many bytes are read between two words about them.
const progressStep = 1 << 20

// progress counts the stored bytes of the layers that are read.
type progress struct {
	tell        func(done, total int64)
	total       int64
	done, spoke atomic.Int64
}

// newProgress is over the layers that have no inventory yet.
func newProgress(tell func(done, total int64), layers []registry.Layer, known []*Inventory) *progress {
	p := &progress{tell: tell}
	for i, l := range layers {
		if known[i] == nil {
			p.total += l.Size
		}
	}
	return p
}

// watch returns the layer with its bytes counted.
func (p *progress) watch(l registry.Layer) registry.Layer {
	if p.tell == nil {
		return l
	}
	open := l.Open
	l.Open = func(ctx context.Context) (io.ReadCloser, error) {
		rc, err := open(ctx)
		if err != nil {
			return nil, err
		}
		return &counted{rc, p}, nil
	}
	return l
}

type counted struct {
	io.ReadCloser
	p *progress
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	done, spoke := c.p.done.Add(int64(n)), c.p.spoke.Load()
	if (done-spoke >= progressStep || err == io.EOF) && c.p.spoke.CompareAndSwap(spoke, done) {
		c.p.tell(done, c.p.total)
	}
	return n, err
}

package cli

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/report"
)

// Where the reports of a step are written, relative to the workspace.
const (
	reportFolder  = ".tidewaiter"
	defaultSARIF  = reportFolder + "/results.sarif"
	defaultResult = reportFolder + "/result.json"
)

// maxStepSummary is GitHub's limit; it drops a larger summary as a whole.
const maxStepSummary = 1 << 20

// reportFiles are the files that were written, relative to the workspace.
type reportFiles struct{ sarif, result string }

// writeReports writes the SARIF file and the JSON result into the workspace.
func (j job) writeReports(in actionInputs, r *gate.Result, o report.Options) (reportFiles, error) {
	var files reportFiles
	sarif := defaultSARIF
	if in.sarif != "" {
		var err error
		if sarif, err = j.inWorkspace(in.sarif); err != nil {
			return files, err
		}
	}
	root, err := os.OpenRoot(j.workspace)
	if err != nil {
		return files, fmt.Errorf("open the workspace: %w", err)
	}
	defer root.Close()
	w := workspaceWriter{root: root}
	if st, err := root.Stat("."); err == nil && os.Geteuid() == 0 {
		w.uid, w.gid, w.chown = owner(st)
	}
	// Our own folder stays out of the user's commits.
	err = w.writeNew(reportFolder+"/.gitignore", []byte("*\n"))
	for _, f := range []struct {
		format, path string
		done         *string
	}{{"sarif", sarif, &files.sarif}, {"json", defaultResult, &files.result}} {
		var b bytes.Buffer
		one := report.Write(f.format, &b, r, o)
		if one == nil {
			one = w.write(f.path, b.Bytes())
		}
		if one == nil {
			*f.done = filepath.ToSlash(f.path)
		}
		err = errors.Join(err, one)
	}
	return files, err
}

// workspaceWriter writes below the workspace only: a symbolic link in the
// repository cannot lead it out, and one in place of a file is replaced. What
// it makes belongs to the workspace's owner, as the step itself runs as root.
type workspaceWriter struct {
	root     *os.Root
	uid, gid int
	chown    bool
}

func (w workspaceWriter) writeNew(path string, data []byte) error {
	if _, err := w.root.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return w.write(path, data)
}

func (w workspaceWriter) write(path string, data []byte) error {
	if err := w.folders(filepath.Dir(path)); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	temp := filepath.Join(filepath.Dir(path), ".tidewaiter-"+rand.Text())
	err := w.writeTemp(temp, data)
	if err == nil {
		err = w.root.Rename(temp, path)
	}
	if err != nil {
		w.root.Remove(temp)
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func (w workspaceWriter) writeTemp(path string, data []byte) error {
	f, err := w.root.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if w.chown && err == nil {
		err = f.Chown(w.uid, w.gid)
	}
	return errors.Join(err, f.Close())
}

// folders makes the folders that are missing.
func (w workspaceWriter) folders(dir string) error {
	made := ""
	for part := range strings.SplitSeq(filepath.ToSlash(dir), "/") {
		made = filepath.Join(made, part)
		err := w.root.Mkdir(made, 0o755)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil && w.chown {
			err = w.root.Lchown(made, w.uid, w.gid)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeSummary appends the job summary.
func (j job) writeSummary(r *gate.Result, o report.Options) error {
	if j.summaryFile == "" {
		return nil
	}
	var b bytes.Buffer
	if err := report.Write("markdown", &b, r, o); err != nil {
		return err
	}
	if st, err := os.Stat(j.summaryFile); err == nil && st.Size()+int64(b.Len()) >= maxStepSummary {
		return fmt.Errorf("the job summary would be larger than GitHub's limit of %d bytes, which would drop it as a whole", maxStepSummary)
	}
	return appendTo("GITHUB_STEP_SUMMARY", j.summaryFile, b.Bytes())
}

// writeArtifacts tells the runner what passed, where it asks for that.
func (j job) writeArtifacts(r *gate.Result) error {
	if j.artFile == "" || r.Result != "pass" {
		return nil
	}
	var b bytes.Buffer
	for _, i := range r.Images {
		if ref := releasedReference(i); ref != "" {
			fmt.Fprintf(&b, "oci://%s\n", ref)
		}
	}
	return appendTo("GITHUB_ARTIFACTS", j.artFile, b.Bytes())
}

// appendTo adds to a file that the runner has made for the step. It does not
// make one: the runner would not read it.
func appendTo(variable, path string, data []byte) error {
	if len(data) == 0 {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

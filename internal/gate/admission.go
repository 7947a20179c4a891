package gate

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/admission"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// addPolicies reads the admission policies and rules that the configuration and
// the command line name. A file that cannot be used is an error: nobody would see
// that it does nothing.
func addPolicies(repo *source.Repo, o Options, pol *policy.Policy) error {
	files, err := policyFiles(repo, o, pol)
	if err != nil {
		return err
	}
	var out []*manifest.Object
	for _, f := range files {
		objects, err := manifest.ParseFile(f)
		if err != nil {
			return &policy.ConfigError{Err: err}
		}
		out = append(out, objects...)
	}
	var errs []error
	for _, fault := range admission.Faults(out) {
		errs = append(errs, fmt.Errorf("%s: %s %s: %s", fault.At, strings.ToLower(fault.Policy.Object.Kind), fault.Policy.Object.Name, fault.Reason))
	}
	if err := errors.Join(errs...); err != nil {
		return &policy.ConfigError{Err: err}
	}
	pol.Add(files, out)
	return nil
}

// policyFiles are the files that are named, each once.
func policyFiles(repo *source.Repo, o Options, pol *policy.Policy) ([]*source.File, error) {
	var files []*source.File
	for _, glob := range pol.Config.Admission.Policies {
		found, err := matching(repo, glob)
		if err != nil {
			return nil, &policy.ConfigError{Err: fmt.Errorf("%s: admission.policies: %w", pol.Config.Admission.At(), err)}
		}
		files = append(files, found...)
	}
	for _, named := range o.Admission {
		found, err := outside(named)
		if err != nil {
			return nil, &UsageError{fmt.Sprintf("--admission %s: %v", named, err)}
		}
		files = append(files, found...)
	}
	var out []*source.File
	for _, f := range files {
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out, nil
}

// matching returns the files of the repository that a glob selects.
func matching(repo *source.Repo, glob string) ([]*source.File, error) {
	var out []*source.File
	names, _ := repo.Walk()
	for _, name := range names {
		if !isYAML(name) || !source.MatchGlob(glob, name) {
			continue
		}
		f, err := repo.Read(name)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%q selects no YAML or JSON file; write a path or a glob relative to the repository, such as policies/**", glob)
	}
	return out, nil
}

// outside reads a file, or all YAML and JSON below a folder, that the operator
// names. The files are known by the name that was given.
func outside(named string) ([]*source.File, error) {
	st, err := os.Stat(named)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("no such file or folder")
	}
	if err != nil {
		return nil, err
	}
	dir, names := named, []string{}
	if !st.IsDir() {
		dir, names = filepath.Dir(named), []string{filepath.Base(named)}
	}
	repo, err := source.Open(dir)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	if st.IsDir() {
		names, _ = repo.Walk()
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !isYAML(name) })
	}
	var out []*source.File
	for _, name := range names {
		f, err := repo.Read(name)
		if err != nil {
			return nil, errors.New(source.Reason(err))
		}
		out = append(out, source.NewFile(path.Join(filepath.ToSlash(dir), name), f.Text))
	}
	if len(out) == 0 {
		return nil, errors.New("no YAML or JSON file below it")
	}
	return out, nil
}

func isYAML(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name))
}

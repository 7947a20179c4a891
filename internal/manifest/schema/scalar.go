package schema

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Scalar is what a YAML scalar is once the API server's tools have made JSON of it.
type Scalar uint8

// The scalars of JSON; Float is a number with a fraction or an exponent.
const (
	Null Scalar = iota
	Boolean
	Integer
	Float
	Text
)

// ScalarOf tells what a scalar node is. Plain yes, no, on, off, y and n are
// booleans, as in the YAML 1.1 that kubectl reads.
func ScalarOf(n *yaml.Node) Scalar {
	switch n.ShortTag() {
	case yaml.NodeTagNull:
		return Null
	case yaml.NodeTagBool:
		return Boolean
	case yaml.NodeTagInt:
		if _, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return Integer
		}
	case yaml.NodeTagFloat:
		if _, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return Float
		}
	case yaml.NodeTagString:
		if _, ok := OldBool(n); ok {
			return Boolean
		}
	}
	return Text
}

// OldBool returns what a plain scalar says that only YAML 1.1 takes for a boolean.
func OldBool(n *yaml.Node) (value, ok bool) {
	if len(n.Value) > 3 || n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return false, false
	}
	switch strings.ToLower(n.Value) {
	case "yes", "on", "y":
		return true, true
	case "no", "off", "n":
		return false, true
	}
	return false, false
}

// fits reports whether the API server can read a scalar as a value of a form.
func fits(form Form, n *yaml.Node) bool {
	got := ScalarOf(n)
	switch form {
	case String:
		return got == Text
	case Bool:
		return got == Boolean
	case Int32, Int64:
		return isInteger(n, got, form)
	case Number:
		return got == Integer || got == Float
	case IntOrString:
		return got == Text || isInteger(n, got, Int32)
	case Quantity:
		_, err := resource.ParseQuantity(n.Value)
		return err == nil && got != Boolean
	case Duration:
		_, err := time.ParseDuration(n.Value)
		return err == nil && got == Text
	case Time:
		_, err := time.Parse(time.RFC3339Nano, n.Value)
		return err == nil && got == Text
	case Base64:
		_, err := base64.StdEncoding.DecodeString(n.Value)
		return err == nil && got == Text
	}
	return false
}

// isInteger takes 3.0 as well: it is written as 3 on the way to the API server.
func isInteger(n *yaml.Node, got Scalar, form Form) bool {
	switch got {
	case Integer:
		i, err := strconv.ParseInt(n.Value, 0, 64)
		return err == nil && (form == Int64 || i >= math.MinInt32 && i <= math.MaxInt32)
	case Float:
		f, err := strconv.ParseFloat(n.Value, 64)
		return err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<31
	}
	return false
}

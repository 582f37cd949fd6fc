// Reads variables and expressions in CEL as JSON, and says of each expression what cel-go makes of it: that it does not
// compile, that it fails, or its value.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/ext"
)

type question struct {
	Variables   map[string]any `json:"variables"`
	NowMs       int64          `json:"nowMs"`
	Expressions []string       `json:"expressions"`
}

type answer struct {
	Kind    string `json:"kind"`
	Value   any    `json:"value"`
	Message string `json:"message,omitempty"`
}

const mostSafe = 1<<53 - 1

// What JSON holds, with integers as integers as far as a double knows each of them.
func plain(value any) any {
	switch typed := value.(type) {
	case json.Number:
		if integer, err := typed.Int64(); err == nil && integer >= -mostSafe && integer <= mostSafe {
			return integer
		}
		double, _ := typed.Float64()
		return double
	case []any:
		for at, member := range typed {
			typed[at] = plain(member)
		}
	case map[string]any:
		for name, member := range typed {
			typed[name] = plain(member)
		}
	}
	return value
}

func integer(digits string, isSafe bool) any {
	if isSafe {
		return json.Number(digits)
	}
	return digits
}

func seconds(span time.Duration) string {
	sign, nanos := "", uint64(span)
	if span < 0 {
		sign, nanos = "-", -nanos
	}
	fraction := strings.TrimRight(fmt.Sprintf("%09d", nanos%1e9), "0")
	if fraction != "" {
		fraction = "." + fraction
	}
	return fmt.Sprintf("%s%d%ss", sign, nanos/1e9, fraction)
}

// A value as JSON has it.
func asJSON(value ref.Val) (any, error) {
	switch typed := value.(type) {
	case types.Null:
		return nil, nil
	case types.Bool:
		return bool(typed), nil
	case types.String:
		return string(typed), nil
	case types.Int:
		return integer(strconv.FormatInt(int64(typed), 10), typed >= -mostSafe && typed <= mostSafe), nil
	case types.Uint:
		return integer(strconv.FormatUint(uint64(typed), 10), typed <= mostSafe), nil
	case types.Double:
		if math.IsNaN(float64(typed)) || math.IsInf(float64(typed), 0) {
			return nil, fmt.Errorf("no number of JSON")
		}
		return float64(typed), nil
	case types.Bytes:
		return base64.StdEncoding.EncodeToString(typed), nil
	case types.Timestamp:
		return typed.Time.UTC().Format(time.RFC3339Nano), nil
	case types.Duration:
		return seconds(typed.Duration), nil
	case traits.Mapper:
		members := map[string]any{}
		for keys := typed.Iterator(); keys.HasNext() == types.True; {
			key := keys.Next()
			name, isText := key.(types.String)
			if !isText {
				return nil, fmt.Errorf("a key that is no text")
			}
			member, err := asJSON(typed.Get(key))
			if err != nil {
				return nil, err
			}
			members[string(name)] = member
		}
		return members, nil
	case traits.Lister:
		members := []any{}
		for all := typed.Iterator(); all.HasNext() == types.True; {
			member, err := asJSON(all.Next())
			if err != nil {
				return nil, err
			}
			members = append(members, member)
		}
		return members, nil
	}
	return nil, fmt.Errorf("no form in JSON")
}

func evaluated(environment *cel.Env, expression string, variables map[string]any) answer {
	tree, issues := environment.Compile(expression)
	if issues.Err() != nil {
		return answer{Kind: "refused", Message: issues.Err().Error()}
	}
	program, err := environment.Program(tree)
	if err != nil {
		return answer{Kind: "refused", Message: err.Error()}
	}
	outcome, _, err := program.Eval(variables)
	if err != nil {
		return answer{Kind: "failed", Message: err.Error()}
	}
	value, err := asJSON(outcome)
	if err != nil {
		return answer{Kind: "failed", Message: err.Error()}
	}
	return answer{Kind: "value", Value: value}
}

func run() error {
	decoder := json.NewDecoder(os.Stdin)
	decoder.UseNumber()
	var asked question
	if err := decoder.Decode(&asked); err != nil {
		return err
	}
	options := []cel.EnvOption{ext.Strings(), ext.Sets(), cel.CrossTypeNumericComparisons(true), cel.Variable("now", cel.TimestampType)}
	variables := map[string]any{"now": time.UnixMilli(asked.NowMs).UTC()}
	for name, value := range asked.Variables {
		options = append(options, cel.Variable(name, cel.MapType(cel.StringType, cel.DynType)))
		variables[name] = plain(value)
	}
	environment, err := cel.NewEnv(options...)
	if err != nil {
		return err
	}
	answers := []answer{}
	for _, expression := range asked.Expressions {
		answers = append(answers, evaluated(environment, expression, variables))
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

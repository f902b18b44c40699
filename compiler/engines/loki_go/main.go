// Command loki runs log queries on lines with the pipeline of Grafana Loki itself: JSON in, JSON out.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/loki/v3/pkg/logql/log"
	"github.com/grafana/loki/v3/pkg/logql/syntax"
	"github.com/grafana/loki/v3/pkg/logqlmodel"
	"github.com/prometheus/prometheus/model/labels"
)

type line struct {
	ID   string `json:"id"`
	Time int64  `json:"time"`
	Text string `json:"text"`
}

type stream struct {
	Labels string `json:"labels"`
	Lines  []line `json:"lines"`
}

type input struct {
	Streams []stream `json:"streams"`
	Queries []string `json:"queries"`
}

type answer struct {
	Hits  []string `json:"hits"`
	Error string   `json:"error"`
}

// selected calls keep for each line of the streams that the matchers select.
func selected(streams []stream, matchers []*labels.Matcher, keep func(labels.Labels, line) error) error {
	for _, one := range streams {
		of, err := syntax.ParseLabels(one.Labels)
		if err != nil {
			return err
		}
		all := true
		for _, matcher := range matchers {
			all = all && matcher.Matches(of.Get(matcher.Name))
		}
		for _, each := range one.Lines {
			if !all {
				break
			}
			if err := keep(of, each); err != nil {
				return err
			}
		}
	}
	return nil
}

// lines adds the lines that a log query selects.
func lines(expr syntax.LogSelectorExpr, streams []stream, hits map[string]bool) error {
	pipeline, err := expr.Pipeline()
	if err != nil {
		return err
	}
	return selected(streams, expr.Matchers(), func(of labels.Labels, each line) error {
		if _, _, ok := pipeline.ForStream(of).Process(each.Time, []byte(each.Text), labels.EmptyLabels()); ok {
			hits[each.ID] = true
		}
		return nil
	})
}

// samples adds the lines that a metric query counts; one that fails to be counted fails the query, as it does in Loki.
func samples(expr syntax.SampleExpr, streams []stream, hits map[string]bool) error {
	switch of := expr.(type) {
	case *syntax.BinOpExpr:
		if err := samples(of.SampleExpr, streams, hits); err != nil {
			return err
		}
		return samples(of.RHS, streams, hits)
	case *syntax.LiteralExpr:
		return nil
	}
	selector, err := expr.Selector()
	if err != nil {
		return err
	}
	extractors, err := expr.Extractors()
	if err != nil {
		return err
	}
	for _, extractor := range extractors {
		if err := counted(extractor, selector.Matchers(), streams, hits); err != nil {
			return err
		}
	}
	return nil
}

func counted(by log.SampleExtractor, matchers []*labels.Matcher, streams []stream, hits map[string]bool) error {
	return selected(streams, matchers, func(of labels.Labels, each line) error {
		found, ok := by.ForStream(of).Process(each.Time, []byte(each.Text), labels.EmptyLabels())
		for _, sample := range found {
			if failed := sample.Labels.Labels().Get(logqlmodel.ErrorLabel); failed != "" {
				return errors.New("pipeline error: " + failed)
			}
		}
		if ok {
			hits[each.ID] = true
		}
		return nil
	})
}

func run(query string, streams []stream) answer {
	expr, err := syntax.ParseExpr(query)
	hits := map[string]bool{}
	if err == nil {
		switch of := expr.(type) {
		case syntax.SampleExpr:
			err = samples(of, streams, hits)
		case syntax.LogSelectorExpr:
			err = lines(of, streams, hits)
		default:
			err = fmt.Errorf("neither a log query nor a metric query: %T", expr)
		}
	}
	if err != nil {
		return answer{Hits: []string{}, Error: err.Error()}
	}
	found := make([]string, 0, len(hits))
	for id := range hits {
		found = append(found, id)
	}
	return answer{Hits: found}
}

func main() {
	var asked input
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]answer, 0, len(asked.Queries))
	for _, query := range asked.Queries {
		answers = append(answers, run(query, asked.Streams))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.sample.page;

import java.util.Map;
import java.util.NoSuchElementException;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunPage;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.sample.durable.DurableOrders;
import ai.tinyfish.sample.durable.DurableOrders.TooManyRunsException;
import ai.tinyfish.sample.page.DurableCounts.Count;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * Page with a table of the durable runs, on which a person decides about them.
 */
@Controller
@Profile("durable")
@RequestMapping("/durable")
class DurableTableController {

	private static final int ROWS = 25;

	/** The largest number of runs that one call of {@link DurableRuns} decides about. */
	private static final int MAX_DECIDED = 1000;

	private final DurableRuns runs;

	private final DurableCounts counts;

	private final DurableOrders orders;

	private final boolean simulated;

	DurableTableController(DurableRuns runs, DurableCounts counts, DurableOrders orders, Simulation simulation) {
		this.runs = runs;
		this.counts = counts;
		this.orders = orders;
		this.simulated = simulation.isActive();
	}

	@ModelAttribute("simulated")
	boolean simulated() {
		return this.simulated;
	}

	@GetMapping
	String table(@RequestParam(required = false) @Nullable DurableRunState state,
			@RequestParam(defaultValue = "") String tag, @RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Decision decision, @RequestParam(defaultValue = "0") int decided,
			Model model) {
		Map<DurableRunState, Count> counts = this.counts.counts(DurableFilter.tag(tag));
		DurableFilter filter = DurableFilter.of((state != null) ? state : first(counts), tag);
		DurableRunPage page = this.runs.list(filter.query().newestFirst(true).cursor(cursor).limit(ROWS).build());
		model.addAttribute("filter", filter);
		model.addAttribute("counts", counts);
		model.addAttribute("decisions", Decision.of(filter.state(), counts.getOrDefault(filter.state(), Count.NONE)));
		model.addAttribute("rows", page.data().stream().map(DurableRow::new).toList());
		model.addAttribute("cursor", cursor);
		model.addAttribute("next", page.nextCursor());
		model.addAttribute("report", (decision != null) ? decision.report(decided) : null);
		return "durable";
	}

	private static DurableRunState first(Map<DurableRunState, Count> counts) {
		return counts.entrySet()
			.stream()
			.filter((count) -> count.getValue().runs() > 0)
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse(DurableRunState.UNCERTAIN);
	}

	/**
	 * Submit an order, which waits for a person.
	 */
	@PostMapping("/orders")
	String order() {
		this.orders.order();
		return "redirect:/durable?state=HELD";
	}

	@GetMapping("/decision")
	String confirm(@RequestParam Decision decision, @RequestParam DurableRunState state,
			@RequestParam(defaultValue = "") String tag, @RequestParam(required = false) @Nullable String id,
			Model model) {
		DurableFilter filter = DurableFilter.of(state, tag);
		DurableRun run = (id != null) ? find(id) : null;
		decision.require((run != null) ? run.state() : state);
		long all = decision.possible(this.counts.counts(filter.tag()).getOrDefault(state, Count.NONE));
		if (run == null && all == 0) {
			throw new IllegalStateException("No run is left for which this is possible.");
		}
		model.addAttribute("decision", decision);
		model.addAttribute("filter", filter);
		model.addAttribute("row", (run != null) ? new DurableRow(run) : null);
		model.addAttribute("all", all);
		model.addAttribute("number", (run != null) ? 1 : Math.min(MAX_DECIDED, all));
		return "decision";
	}

	/**
	 * Decide about a run, or about the runs that a filter shows.
	 * @param number the number of runs that the person has confirmed: runs that were
	 * added since are not changed
	 * @param by the name of the person
	 * @param why the reason, if the decision needs one
	 */
	@PostMapping("/decision")
	String decide(@RequestParam Decision decision, @RequestParam DurableRunState state,
			@RequestParam(defaultValue = "") String tag, @RequestParam(required = false) @Nullable String id,
			@RequestParam int number, @RequestParam String by, @RequestParam(defaultValue = "") String why,
			RedirectAttributes shown) {
		if (by.isBlank()) {
			throw new IllegalArgumentException("Enter your name: it is stored with each run.");
		}
		DurableFilter filter = DurableFilter.of(state, tag);
		DurableRuns person = this.runs.decidedBy(by.strip());
		decision.require((id != null) ? find(id).state() : state);
		int decided = (id != null) ? decision.decide(person, id, why.strip())
				: decision.decideAll(person, filter.query().limit(number).build());
		shown.addAttribute("state", state);
		shown.addAttribute("tag", tag);
		shown.addAttribute("decision", decision);
		shown.addAttribute("decided", decided);
		return "redirect:/durable";
	}

	private DurableRun find(String id) {
		DurableRun run = this.runs.find(id);
		if (run == null) {
			throw new NoSuchElementException("There is no such run.");
		}
		return run;
	}

	@ExceptionHandler
	ModelAndView onImpossible(IllegalStateException ex) {
		return refusal(HttpStatus.CONFLICT, ex.getMessage());
	}

	@ExceptionHandler
	ModelAndView onTooManyRuns(TooManyRunsException ex) {
		return refusal(HttpStatus.TOO_MANY_REQUESTS, ex.getMessage());
	}

	@ExceptionHandler
	ModelAndView onUnknown(NoSuchElementException ex) {
		return refusal(HttpStatus.NOT_FOUND, ex.getMessage());
	}

	@ExceptionHandler
	ModelAndView onInvalid(IllegalArgumentException ex) {
		return refusal(HttpStatus.BAD_REQUEST, ex.getMessage());
	}

	@ExceptionHandler
	ModelAndView onMissing(MissingServletRequestParameterException ex) {
		return refusal(HttpStatus.BAD_REQUEST, "The field " + ex.getParameterName() + " is missing.");
	}

	@ExceptionHandler
	ModelAndView onMismatch(MethodArgumentTypeMismatchException ex) {
		return refusal(HttpStatus.BAD_REQUEST,
				"The field " + ex.getName() + " has a value that this page does not know.");
	}

	private ModelAndView refusal(HttpStatus status, @Nullable String problem) {
		ModelAndView refusal = new ModelAndView("decision", status);
		refusal.addObject("simulated", this.simulated);
		refusal.addObject("problem", (problem != null) ? problem : status.getReasonPhrase());
		return refusal;
	}

}

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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.Run;
import ai.tinyfish.sample.page.Board.TooManyCardsException;
import ai.tinyfish.sample.page.Records.Recorded;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetUnavailableException;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * Page of a run, for browsers. Others get JSON at the same address.
 */
@Controller
class RunPageController {

	private final TinyFishClient tinyFish;

	private final Records records;

	private final Board board;

	private final RunStarter starter;

	private final ObjectProvider<GoalEvaluator> goalEvaluator;

	private final Price price;

	private final boolean simulated;

	RunPageController(TinyFishClient tinyFish, Records records, Board board, RunStarter starter,
			ObjectProvider<GoalEvaluator> goalEvaluator, Price price, Simulation simulation) {
		this.tinyFish = tinyFish;
		this.records = records;
		this.board = board;
		this.starter = starter;
		this.goalEvaluator = goalEvaluator;
		this.price = price;
		this.simulated = simulation.isActive();
	}

	@ModelAttribute("simulated")
	boolean simulated() {
		return this.simulated;
	}

	@GetMapping(path = "/runs/{runId}", produces = MediaType.TEXT_HTML_VALUE)
	String page(@PathVariable String runId, Model model) {
		Recorded recorded = this.records.read(runId);
		Run run = recorded.run();
		Card card = this.board.findRun(runId);
		model.addAttribute("page",
				new RunPage(run, (card != null) ? card.requestUrl() : null, recorded.pictures().keySet(),
						GoalVerdict.of(this.goalEvaluator.getIfAvailable(GoalEvaluator::defaults), run.toAgentRun()),
						this.price.perStep()));
		return "run";
	}

	@GetMapping("/runs/{runId}/pictures/{step}")
	ResponseEntity<byte[]> picture(@PathVariable String runId, @PathVariable int step) {
		Picture picture = this.records.picture(runId, step);
		if (picture == null) {
			return ResponseEntity.notFound().build();
		}
		return ResponseEntity.ok()
			.contentType(picture.type())
			.cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePrivate())
			.header("Cross-Origin-Resource-Policy", "same-origin")
			.body(picture.bytes());
	}

	/**
	 * Lead to the recording. Its address is valid for 15 minutes, and so it is read for
	 * each request.
	 */
	@GetMapping("/runs/{runId}/recording")
	ResponseEntity<Void> recording(@PathVariable String runId) {
		String url = this.tinyFish.runs().get(runId).videoUrl();
		return (url != null) ? ResponseEntity.status(HttpStatus.FOUND)
			.header(HttpHeaders.LOCATION, url)
			.cacheControl(CacheControl.noStore())
			.build() : ResponseEntity.notFound().build();
	}

	@GetMapping("/runs/{runId}.csv")
	ResponseEntity<String> csv(@PathVariable String runId) {
		Run run = this.tinyFish.runs().get(runId);
		ResultTable table = ResultTable.of(run.result());
		if (table == null) {
			return ResponseEntity.notFound().build();
		}
		return ResponseEntity.ok()
			.contentType(new MediaType("text", "csv", StandardCharsets.UTF_8))
			.header(HttpHeaders.CONTENT_DISPOSITION,
					ContentDisposition.attachment().filename("run-" + runId + ".csv").build().toString())
			.body(table.csv());
	}

	/**
	 * Start a run with the same goal and output schema.
	 */
	@PostMapping("/board/runs/{runId}/again")
	String again(@PathVariable String runId, @RequestParam String url) {
		Run run = this.tinyFish.runs().get(runId);
		AgentRequest request = RunPage.request(run, url);
		Card before = this.board.findRun(runId);
		Answer answer = (before != null) ? before.answer() : Answer.FIELDS;
		return "redirect:/?run=" + this.starter.start(List.of(request), answer, "Run again", false);
	}

	@ExceptionHandler
	ModelAndView onUnknown(TinyFishNotFoundException ex) {
		return problem(HttpStatus.NOT_FOUND, "There is no such run", ex);
	}

	@ExceptionHandler({ IllegalArgumentException.class, IllegalStateException.class,
			TinyFishBudgetExceededException.class, TinyFishBudgetUnavailableException.class,
			TinyFishHostNotAllowedException.class })
	ModelAndView onRefusal(RuntimeException ex) {
		return problem(HttpStatus.BAD_REQUEST, "Not possible", ex);
	}

	@ExceptionHandler
	ModelAndView onTooManyCards(TooManyCardsException ex) {
		return problem(HttpStatus.TOO_MANY_REQUESTS, "Not started", ex);
	}

	@ExceptionHandler
	ModelAndView onFailure(TinyFishException ex) {
		return problem(HttpStatus.BAD_GATEWAY, "No usable response from TinyFish", ex);
	}

	private ModelAndView problem(HttpStatus status, String title, Exception problem) {
		ModelAndView page = new ModelAndView("run", status);
		page.addObject("simulated", this.simulated);
		page.addObject("title", title);
		page.addObject("problem", problem.getMessage());
		return page;
	}

}

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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.CaptureConfig;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.sample.page.Board.TooManyCardsException;
import ai.tinyfish.spring.relay.RunEventEmitters;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Controller of the page. Changes are sent by htmx, or as a form by a browser without
 * scripts, which is then redirected to the page.
 */
@Controller
class BoardController {

	private final TinyFishClient tinyFish;

	private final Board board;

	private final RunStarter starter;

	private final RunEventEmitters emitters;

	private final Simulation simulation;

	private final boolean durable;

	BoardController(TinyFishClient tinyFish, Board board, RunStarter starter, RunEventEmitters emitters,
			Simulation simulation, ObjectProvider<DurablePanel> durable) {
		this.tinyFish = tinyFish;
		this.board = board;
		this.starter = starter;
		this.emitters = emitters;
		this.simulation = simulation;
		this.durable = durable.getIfAvailable() != null;
	}

	/**
	 * Return the page.
	 * @param run the id of the selected run, or null for the newest one
	 */
	@GetMapping("/")
	ModelAndView page(@RequestParam(required = false) @Nullable String run) {
		ModelAndView page = page(HttpStatus.OK, null, null, null);
		String newest = this.board.newestFirst().stream().map(Card::getId).findFirst().orElse("");
		page.addObject("shown", this.board.card((run != null) ? run : newest, false));
		return page;
	}

	private ModelAndView page(HttpStatus status, @Nullable String message, @Nullable String url,
			@Nullable String goal) {
		ModelAndView page = new ModelAndView("page", status);
		page.addObject("simulated", this.simulation.isActive());
		page.addObject("message", message);
		page.addObject("url", Objects.requireNonNullElse(url, Preset.PRODUCTS.url()));
		page.addObject("goal", Objects.requireNonNullElse(goal, Preset.PRODUCTS.goal()));
		page.addObject("presets",
				Arrays.stream(Preset.values()).filter((preset) -> preset.isShown(this.simulation)).toList());
		page.addObject("answers", Answer.values());
		page.addObject("states", CardState.values());
		page.addObject("durable", this.durable);
		page.addObject("board", this.board.rows());
		page.addObject("panels", this.board.panels());
		return page;
	}

	/**
	 * A refusal is shown at the address of its form, which may be loaded again.
	 */
	@GetMapping({ "/board/runs", "/board/presets/{preset}" })
	String pageAgain() {
		return "redirect:/";
	}

	@GetMapping("/board/events")
	SseEmitter events() {
		return this.emitters.emitter(this.board.events());
	}

	/**
	 * Return the card of a run, which the page shows beside the table.
	 */
	@GetMapping("/board/cards/{id}")
	ResponseEntity<String> card(@PathVariable String id) {
		String card = this.board.card(id, true);
		return (card != null) ? ResponseEntity.ok()
			.contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
			.cacheControl(CacheControl.noStore())
			.body(card) : ResponseEntity.noContent().build();
	}

	/**
	 * Start a run. A goal that would not be simulated is refused before it costs
	 * anything.
	 * @param waited whether the click waited for the response to another one. Its page
	 * has already left out the second click of a double click.
	 */
	@PostMapping("/board/runs")
	ResponseEntity<Void> start(@RequestParam String url, @RequestParam String goal,
			@RequestParam(defaultValue = "PRODUCTS") Answer answer, @RequestParam(defaultValue = "") String fields,
			@RequestParam(defaultValue = "false") boolean recording,
			@RequestParam(defaultValue = "false") boolean waited, WebRequest request) {
		if (this.simulation.isHere()) {
			SimulatedSites.require(goal);
		}
		AgentRequest.Builder run = AgentRequest.builder().url(url.strip()).goal(goal.strip());
		if (recording) {
			run.captureConfig(CaptureConfig.builder().recording(true).build());
		}
		AgentRequest built = answer.addTo(run, fields).build();
		return shown(this.starter.start(List.of(built), answer, "Run", waited), request);
	}

	@PostMapping("/board/presets/{preset}")
	ResponseEntity<Void> start(@PathVariable Preset preset, @RequestParam(defaultValue = "false") boolean waited,
			WebRequest request) {
		return shown(this.starter.start(preset.requests(), preset.answer(), preset.title(), waited), request);
	}

	@PostMapping("/board/cards/{id}/cancel")
	ResponseEntity<Void> cancel(@PathVariable String id, WebRequest request) {
		Card card = this.board.find(id);
		if (card != null && !card.cancel()) {
			String runId = card.getRunId();
			if (runId == null) {
				throw new IllegalStateException("The run is being started: cancel it in a moment");
			}
			this.tinyFish.runs().cancel(runId);
		}
		return shown(id, request);
	}

	/**
	 * Lead to a card: htmx stays on the page.
	 */
	private static ResponseEntity<Void> shown(String id, WebRequest request) {
		return ResponseEntity.status(isScripted(request) ? HttpStatus.NO_CONTENT : HttpStatus.SEE_OTHER)
			.header(HttpHeaders.LOCATION,
					UriComponentsBuilder.fromPath("/").queryParam("run", "{id}").build(id).toString())
			.build();
	}

	private static boolean isScripted(WebRequest request) {
		return request.getHeader(PageSecurity.FROM_SCRIPTS) != null;
	}

	@ExceptionHandler({ IllegalArgumentException.class, IllegalStateException.class, TinyFishException.class })
	Object onRefusal(RuntimeException ex, WebRequest request) {
		return refusal(HttpStatus.BAD_REQUEST, ex.getMessage(), request);
	}

	/**
	 * The request is valid and may be repeated later.
	 */
	@ExceptionHandler
	Object onTooManyCards(TooManyCardsException ex, WebRequest request) {
		return refusal(HttpStatus.TOO_MANY_REQUESTS, ex.getMessage(), request);
	}

	@ExceptionHandler
	Object onMissing(MissingServletRequestParameterException ex, WebRequest request) {
		return refusal(HttpStatus.BAD_REQUEST, "The field " + ex.getParameterName() + " is missing", request);
	}

	/**
	 * The messages of Spring and of its causes name classes.
	 */
	@ExceptionHandler
	Object onMismatch(MethodArgumentTypeMismatchException ex, WebRequest request) {
		return refusal(HttpStatus.BAD_REQUEST,
				"The field " + ex.getName() + " has a value that this page does not know", request);
	}

	private Object refusal(HttpStatus status, @Nullable String message, WebRequest request) {
		String text = (message != null) ? message : "The request was refused";
		return isScripted(request) ? ResponseEntity.status(status)
			.contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
			.body(text) : page(status, text, request.getParameter("url"), request.getParameter("goal"));
	}

}

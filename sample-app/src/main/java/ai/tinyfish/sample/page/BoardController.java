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

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.sample.Shop.Product;
import ai.tinyfish.sample.page.Board.TooManyCardsException;
import ai.tinyfish.spring.relay.RunEventEmitters;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Controller of the page. Its requests that change something have to have a header of
 * htmx, which a form of another site cannot send.
 */
@Controller
class BoardController {

	static final String FROM_THE_PAGE = "HX-Request";

	private static final ParameterizedTypeReference<List<Product>> PRODUCTS = new ParameterizedTypeReference<>() {
	};

	private final TinyFishClient tinyFish;

	private final Board board;

	private final RunEventEmitters emitters;

	private final CodeAtWork code;

	private final boolean simulated;

	private final boolean durable;

	BoardController(TinyFishClient tinyFish, Board board, RunEventEmitters emitters, CodeAtWork code,
			Simulation simulation, ObjectProvider<DurablePanel> durable) {
		this.tinyFish = tinyFish;
		this.board = board;
		this.emitters = emitters;
		this.code = code;
		this.simulated = simulation.isActive();
		this.durable = durable.getIfAvailable() != null;
	}

	@GetMapping("/")
	String page(Model model) {
		model.addAttribute("simulated", this.simulated);
		model.addAttribute("url", Preset.URL);
		model.addAttribute("goal", Preset.PRODUCTS.goal());
		model.addAttribute("presets",
				Arrays.stream(Preset.values()).filter((preset) -> this.simulated || preset.isForReal()).toList());
		model.addAttribute("durable", this.durable);
		model.addAttribute("code", this.code.files());
		return "page";
	}

	@GetMapping("/board/events")
	SseEmitter events() {
		return this.emitters.emitter(this.board.events());
	}

	@PostMapping(path = "/board/runs", headers = FROM_THE_PAGE)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void start(@RequestParam String url, @RequestParam String goal,
			@RequestParam(defaultValue = "false") boolean typed) {
		start(List.of(AgentRequest.of(url.strip(), goal.strip())), typed);
	}

	@PostMapping(path = "/board/presets/{preset}", headers = FROM_THE_PAGE)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void start(@PathVariable Preset preset) {
		start(preset.requests(), preset.typed());
	}

	private void start(List<AgentRequest> requests, boolean typed) {
		List<Card> cards = this.board.add(requests, typed);
		int started = 0;
		try {
			for (; started < requests.size(); started++) {
				Card card = cards.get(started);
				AgentRequest tagged = requests.get(started).withTag(card.getId());
				card.startedBy(this.tinyFish.agent().start(typed ? tagged.withOutputType(PRODUCTS) : tagged));
			}
		}
		finally {
			// refused before anything was sent, and so without an event
			cards.subList(started, cards.size()).forEach(this.board::remove);
		}
	}

	@PostMapping(path = "/board/cards/{id}/cancel", headers = FROM_THE_PAGE)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void cancel(@PathVariable String id) {
		Card card = this.board.find(id);
		if (card == null || card.cancel()) {
			return;
		}
		String runId = card.getRunId();
		if (runId == null) {
			throw new IllegalStateException("The run is being started: cancel it in a moment");
		}
		this.tinyFish.runs().cancel(runId);
	}

	@ExceptionHandler({ IllegalArgumentException.class, IllegalStateException.class, TinyFishException.class })
	ResponseEntity<String> onRefusal(RuntimeException ex) {
		return text(HttpStatus.BAD_REQUEST, ex.getMessage());
	}

	/**
	 * Nothing is wrong with the request: it may be repeated later.
	 */
	@ExceptionHandler
	ResponseEntity<String> onTooManyCards(TooManyCardsException ex) {
		return text(HttpStatus.TOO_MANY_REQUESTS, ex.getMessage());
	}

	@ExceptionHandler
	ResponseEntity<String> onMissing(MissingServletRequestParameterException ex) {
		return text(HttpStatus.BAD_REQUEST, "The field " + ex.getParameterName() + " is missing");
	}

	/**
	 * The messages of Spring and of its causes name classes.
	 */
	@ExceptionHandler
	ResponseEntity<String> onMismatch(MethodArgumentTypeMismatchException ex) {
		return text(HttpStatus.BAD_REQUEST, "The field " + ex.getName() + " has a value that this page does not know");
	}

	private static ResponseEntity<String> text(HttpStatus status, @Nullable String message) {
		return ResponseEntity.status(status)
			.contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
			.body((message != null) ? message : "The request was refused");
	}

}

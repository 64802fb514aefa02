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

import java.util.List;
import java.util.NoSuchElementException;

import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchStatus;
import ai.tinyfish.durable.watch.WatchValue;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.error.TinyFishException;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * Page of the watches: their states, and for one of them prices and changes over time.
 */
@Controller
@Profile("durable")
@RequestMapping("/watches")
class WatchesController {

	private static final int MAX_HOURS = 24;

	private final Watches watches;

	private final ShopClock clock;

	private final WatchHours hours;

	private final Simulation simulation;

	WatchesController(Watches watches, ShopClock clock, WatchHours hours, Simulation simulation) {
		this.watches = watches;
		this.clock = clock;
		this.hours = hours;
		this.simulation = simulation;
	}

	@GetMapping
	String page(@RequestParam(required = false) @Nullable String watch, Model model) {
		List<Row> rows = this.watches.list()
			.stream()
			.map((status) -> new Row(status, this.watches.history(status.id())))
			.toList();
		Row shown = rows.stream()
			.filter((row) -> watch == null || row.status().id().equals(watch))
			.findFirst()
			.orElseThrow(() -> new NoSuchElementException("There is no such watch."));
		model.addAttribute("simulated", this.simulation.isActive());
		model.addAttribute("clock", this.simulation.isHere() ? this.clock.toString() : null);
		model.addAttribute("left", this.hours.left());
		model.addAttribute("live", true);
		model.addAttribute("rows", rows);
		model.addAttribute("shown", shown);
		model.addAttribute("plot", WatchPlot.of(shown.history(), series(shown.status().id())));
		model.addAttribute("changes", WatchChange.of(shown.history()));
		return "watches";
	}

	private List<WatchValue> series(String id) {
		try {
			return this.watches.series(id, "price");
		}
		catch (IllegalArgumentException ex) {
			// its records have no price
			return List.of();
		}
	}

	@PostMapping("/{id}/{action}")
	String act(@PathVariable String id, @PathVariable Action action) {
		switch (action) {
			case RUN -> this.watches.runNow(id);
			case PAUSE -> this.watches.pause(id);
			case RESUME -> this.watches.resume(id);
		}
		return "redirect:/watches?watch=" + id;
	}

	/**
	 * Let hours pass in the made-up shop.
	 * @param number their number, 0 to stop
	 */
	@PostMapping("/hours")
	String pass(@RequestParam int number, @RequestParam String watch) {
		if (number < 0 || number > MAX_HOURS || !this.simulation.isHere()) {
			throw new IllegalArgumentException("At most " + MAX_HOURS + " hours of the made-up shop may pass.");
		}
		this.hours.pass(number);
		return "redirect:/watches?watch=" + watch;
	}

	@ExceptionHandler({ NoSuchElementException.class, IllegalArgumentException.class, TinyFishException.class })
	ModelAndView onRefusal(RuntimeException ex) {
		HttpStatus status = (ex instanceof NoSuchElementException) ? HttpStatus.NOT_FOUND : HttpStatus.BAD_REQUEST;
		ModelAndView refusal = new ModelAndView("watches", status);
		refusal.addObject("simulated", this.simulation.isActive());
		refusal.addObject("problem", ex.getMessage());
		return refusal;
	}

	enum Action {

		RUN, PAUSE, RESUME

	}

	/**
	 * Row of the table.
	 *
	 * @param status the watch
	 * @param history its slots, the newest first
	 */
	record Row(WatchStatus status, List<WatchResult> history) {

		public @Nullable WatchResult last() {
			return this.history.isEmpty() ? null : this.history.get(0);
		}

	}

}

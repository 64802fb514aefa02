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

package ai.tinyfish.sample.durable;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.Watched;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.sample.Shop.Product;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * A watch over HTTP: its history, and the changes of prices that this instance has
 * received.
 */
@RestController
@RequestMapping("/watch")
@Profile("durable")
@ImportWebAgents(BookWatch.CheapBooks.class)
class BookWatch {

	private final List<String> changes = new CopyOnWriteArrayList<>();

	private final Watches watches;

	BookWatch(Watches watches) {
		this.watches = watches;
	}

	@GetMapping
	History show() {
		return new History(this.changes, this.watches.history("books"));
	}

	@PostMapping
	@ResponseStatus(HttpStatus.ACCEPTED)
	void run() {
		this.watches.runNow("books");
	}

	@EventListener
	void on(WatchChangedEvent event) {
		for (Change<Product> change : event.changed(Product.class)) {
			this.changes.add(change.after().name() + ": " + change.before().price() + " -> " + change.after().price());
		}
	}

	/**
	 * Agent whose goal is watched. Without a schedule of yours it runs on demand, since
	 * runs are billed.
	 */
	@WebAgent(url = "https://books.toscrape.com")
	interface CheapBooks {

		@Goal("List the 5 cheapest books")
		@Watched(id = "books", cron = "${sample.watch.cron:-}", key = "name")
		List<Product> books();

	}

	record History(List<String> changes, List<WatchResult> results) {

	}

}

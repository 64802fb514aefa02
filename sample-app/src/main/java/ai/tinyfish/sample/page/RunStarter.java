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

import java.time.Duration;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Starts the runs of the page, each with its card.
 */
@Component
class RunStarter {

	/** A second click within it starts nothing, since each run is billed. */
	static final Duration DOUBLE_CLICK = Duration.ofSeconds(1);

	private final TinyFishClient tinyFish;

	private final Board board;

	private List<AgentRequest> last = List.of();

	private String lastCard = "";

	private long lastTime;

	RunStarter(TinyFishClient tinyFish, Board board) {
		this.tinyFish = tinyFish;
		this.board = board;
	}

	/**
	 * Start runs, unless the same ones were started a moment ago.
	 * @param answer the type of their results, or null if it is not known
	 * @param origin the button that starts them
	 * @param again whether the same runs are to start again
	 * @return the id of the first card
	 */
	synchronized String start(List<AgentRequest> requests, @Nullable Answer answer, String origin, boolean again) {
		if (!again && requests.equals(this.last) && System.nanoTime() - this.lastTime < DOUBLE_CLICK.toNanos()) {
			return this.lastCard;
		}
		List<Card> cards = this.board.add(requests, answer, origin);
		int started = 0;
		try {
			for (; started < requests.size(); started++) {
				Card card = cards.get(started);
				card.startedBy(this.tinyFish.agent().start(requests.get(started).withTag(card.getId())));
			}
		}
		finally {
			// refused before anything was sent, and so without an event
			cards.subList(started, cards.size()).forEach(this.board::remove);
		}
		this.last = requests;
		this.lastCard = cards.get(0).getId();
		this.lastTime = System.nanoTime();
		return this.lastCard;
	}

}

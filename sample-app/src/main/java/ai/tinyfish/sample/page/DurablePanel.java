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

import org.springframework.context.annotation.Profile;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Shows the durable runs of the database, whichever instance follows them.
 */
@Component
@Profile("durable")
class DurablePanel {

	private final DurableCounts counts;

	private final Fragments fragments;

	private final Board board;

	DurablePanel(DurableCounts counts, Fragments fragments, Board board) {
		this.counts = counts;
		this.fragments = fragments;
		this.board = board;
	}

	@Scheduled(fixedDelay = 500)
	void refresh() {
		this.board.show("durable", this.fragments.durable(this.counts.counts(null)));
	}

}

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

package ai.tinyfish.spring.ai;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ledgers of conversations. One that has not been used for a while is forgotten.
 */
final class RunLedgers {

	private static final int MAX_LEDGERS = 10_000;

	private static final long IDLE = Duration.ofHours(1).toNanos();

	private final int maxRuns;

	private final Map<String, Used> ledgers = new LinkedHashMap<>(16, 0.75f, true);

	RunLedgers(int maxRuns) {
		this.maxRuns = maxRuns;
	}

	RunLedger create() {
		return new RunLedger(this.maxRuns);
	}

	/**
	 * Return the ledger of a conversation.
	 */
	synchronized RunLedger get(String conversation) {
		long now = System.nanoTime();
		Used used = this.ledgers.remove(conversation);
		RunLedger ledger = (used != null && now - used.at() < IDLE) ? used.ledger() : create();
		this.ledgers.put(conversation, new Used(ledger, now));
		Iterator<Used> oldest = this.ledgers.values().iterator();
		while (oldest.hasNext()) {
			if (now - oldest.next().at() < IDLE && this.ledgers.size() <= MAX_LEDGERS) {
				break;
			}
			oldest.remove();
		}
		return ledger;
	}

	private record Used(RunLedger ledger, long at) {
	}

}

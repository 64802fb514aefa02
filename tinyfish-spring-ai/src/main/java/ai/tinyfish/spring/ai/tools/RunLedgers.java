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

package ai.tinyfish.spring.ai.tools;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Ledgers of conversations. A ledger is removed if it has not been used for a while, or
 * if it is the oldest of too many, but never while a run of it is in progress.
 */
final class RunLedgers {

	private static final int MAX_LEDGERS = 10_000;

	private static final long IDLE = Duration.ofHours(1).toNanos();

	private final int maxRuns;

	private final LongSupplier nanoTime;

	private final Map<String, Used> ledgers = new LinkedHashMap<>(16, 0.75f, true);

	RunLedgers(int maxRuns) {
		this(maxRuns, System::nanoTime);
	}

	RunLedgers(int maxRuns, LongSupplier nanoTime) {
		this.maxRuns = maxRuns;
		this.nanoTime = nanoTime;
	}

	RunLedger create() {
		return new RunLedger(this.maxRuns);
	}

	/**
	 * Return the ledger of a conversation.
	 * @return a ledger, which opens no runs if the conversation is new and each of the
	 * others has a run in progress
	 */
	synchronized RunLedger get(String conversation) {
		long now = this.nanoTime.getAsLong();
		removeIdle(now);
		Used used = this.ledgers.get(conversation);
		RunLedger ledger = (used != null) ? used.ledger() : create();
		if (used != null || this.ledgers.size() < MAX_LEDGERS || removeOldest()) {
			this.ledgers.put(conversation, new Used(ledger, now));
		}
		else {
			ledger.close();
		}
		return ledger;
	}

	private void removeIdle(long now) {
		Iterator<Used> oldest = this.ledgers.values().iterator();
		while (oldest.hasNext()) {
			Used used = oldest.next();
			if (now - used.at() < IDLE) {
				break;
			}
			if (!used.ledger().hasOpenRuns()) {
				oldest.remove();
			}
		}
	}

	private boolean removeOldest() {
		Iterator<Used> oldest = this.ledgers.values().iterator();
		while (oldest.hasNext()) {
			if (oldest.next().ledger().close()) {
				oldest.remove();
				return true;
			}
		}
		return false;
	}

	private record Used(RunLedger ledger, long at) {
	}

}

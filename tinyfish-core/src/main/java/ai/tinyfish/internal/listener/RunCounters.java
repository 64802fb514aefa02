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

package ai.tinyfish.internal.listener;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of waiting and dropped events, of failed calls of listeners, and of recovered
 * and unknown outcomes.
 *
 * @param waiting the events that wait for their listeners
 * @param heartbeats the heartbeats that were dropped
 * @param progress the progress events that were dropped
 * @param failures the calls of listeners that threw
 * @param recovered the outcomes that were read after the stream of their run broke
 * @param unknown the outcomes that are not known
 */
public record RunCounters(LongAdder waiting, LongAdder heartbeats, LongAdder progress, LongAdder failures,
		LongAdder recovered, LongAdder unknown) {

	public RunCounters() {
		this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
	}

}

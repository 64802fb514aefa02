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

package ai.tinyfish.spring.boot.autoconfigure.observation;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.support.BrowserControl;
import ai.tinyfish.support.RunControl;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of browser sessions, which are billed by their time.
 */
final class BrowserMeters implements MeterBinder {

	private final BrowserControl browsers;

	BrowserMeters(OpenRuns runs) {
		this.browsers = ((RunControl) runs).browsers();
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("tinyfish.browser.open", this.browsers, (browsers) -> browsers.openBrowsers().size())
			.description("Browser sessions that are open")
			.register(registry);
		Timer timer = Timer.builder("tinyfish.browser.session")
			.description("Browser sessions that were ended, and for how long they were open at most")
			.register(registry);
		this.browsers.onEnd(timer::record);
	}

}

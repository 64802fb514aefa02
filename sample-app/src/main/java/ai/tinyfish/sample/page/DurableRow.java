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

import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

import ai.tinyfish.durable.DurableRun;

/**
 * Row of the table of durable runs.
 */
record DurableRow(DurableRun run) {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss")
		.withZone(ZoneOffset.UTC);

	/**
	 * Return the tag, or the beginning of the durable id.
	 */
	public String name() {
		String tag = this.run.tag();
		return (tag != null && !tag.isBlank()) ? tag : this.run.id().substring(0, 8);
	}

	public String host() {
		try {
			String host = URI.create(this.run.url()).getHost();
			return (host != null) ? host : this.run.url();
		}
		catch (IllegalArgumentException ex) {
			return this.run.url();
		}
	}

	public String time(Instant time) {
		return TIME.format(time);
	}

	public List<Decision> decisions() {
		return Decision.of(this.run);
	}

}

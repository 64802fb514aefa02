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

package ai.tinyfish.spring.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.support.RunLog;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.StdConverter;

import org.springframework.http.codec.ServerSentEvent;

/**
 * Renderer of server-sent events to bytes, which all subscribers of a run share. In run
 * events, the URL has no user information, query and fragment, and the outcome has no
 * additional properties: a later version of the API may add to them.
 */
final class EventFrames {

	private static final Logger logger = LoggerFactory.getLogger(EventFrames.class);

	/** Types that Jackson finds by reflection. */
	static final List<Class<?>> JSON_TYPES = List.of(ShownEvent.class, ShownOutcome.class, ShownUrl.class);

	private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n?|\\n");

	private final JsonMapper mapper;

	/**
	 * Create a new renderer.
	 * @param mapper the application's mapper, which is copied
	 */
	EventFrames(JsonMapper mapper) {
		this.mapper = mapper.rebuild()
			.addMixIn(TinyFishRunEvent.class, ShownEvent.class)
			.addMixIn(AgentRun.class, ShownOutcome.class)
			.addMixIn(RunError.class, ShownOutcome.class)
			.build();
	}

	/**
	 * Render an event of a run, without an id.
	 * @param event the event
	 * @return the bytes; empty if the event cannot be written: other listeners still
	 * receive it
	 */
	byte[] render(TinyFishRunEvent event) {
		try {
			return render(ServerSentEvent.builder(event).event(event.getClass().getSimpleName()).build());
		}
		catch (RuntimeException | StackOverflowError ex) {
			RunLog.about(event.getRunId(), event.getTag(), null,
					() -> logger.warn(
							"An event of class {} is not sent to browsers, since it cannot be written as JSON",
							event.getClass(), ex));
			return new byte[0];
		}
	}

	/**
	 * Render an event.
	 * @param event the event, whose data is written as JSON unless it is a text
	 * @return the bytes, which must not be changed
	 */
	byte[] render(ServerSentEvent<?> event) {
		StringBuilder frame = new StringBuilder(event.format());
		Object data = event.data();
		if (data != null) {
			String text = (data instanceof String string) ? string : this.mapper.writeValueAsString(data);
			frame.append(LINE_BREAK.matcher(text).replaceAll("\ndata:")).append('\n');
		}
		return frame.append('\n').toString().getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Add an id to an event.
	 * @param id the id, on one line
	 * @param frame the event as {@link #render} has returned it
	 * @return the bytes, which must not be changed
	 */
	static byte[] withId(String id, byte[] frame) {
		byte[] start = ("id:" + id + '\n').getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(start.length + frame.length).put(start).put(frame).array();
	}

	/**
	 * Mix-in for events.
	 */
	private interface ShownEvent {

		@JsonSerialize(converter = ShownUrl.class)
		@Nullable String getUrl();

	}

	/**
	 * Mix-in for outcomes and their errors.
	 */
	private interface ShownOutcome {

		@JsonIgnore
		@JsonAnyGetter(enabled = false)
		Map<String, @Nullable Object> additionalProperties();

	}

	/**
	 * Converter to a URL without user information, query and fragment. The URL of a run
	 * may be any text.
	 */
	private static final class ShownUrl extends StdConverter<String, String> {

		private static final Pattern URL = Pattern.compile("(?s)([^/?#]*//)?(?:[^/?#]*@)?([^?#]*).*");

		@Override
		public String convert(String url) {
			return URL.matcher(url).replaceFirst("$1$2");
		}

	}

}

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

import java.util.Objects;
import java.util.regex.Pattern;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunHeartbeatEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import ai.tinyfish.spring.event.TinyFishRunStreamingUrlEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Filter for the events that browsers receive: without user, password, query and fragment
 * of the run's URL, and without the additional properties of the run, which a later
 * version of the API may add to. Listeners receive the events as they were published.
 */
final class ShownEvents {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final Pattern URL = Pattern.compile("(?s)([^/?#]*//)?(?:[^/?#]*@)?([^?#]*).*");

	/** Cached from the last event: events of one run have the same URL. */
	private volatile @Nullable Shown last;

	/**
	 * Return the event for browsers.
	 * @param event the event
	 * @return the event itself where there is nothing to hide, or where it is of a class
	 * of the application's own, which cannot be copied
	 */
	TinyFishRunEvent show(TinyFishRunEvent event) {
		if (event.getClass().getPackage() != TinyFishRunEvent.class.getPackage()) {
			return event;
		}
		String url = event.getUrl();
		String shownUrl = (url != null) ? shownUrl(url) : null;
		if (Objects.equals(url, shownUrl)
				&& !(event instanceof TinyFishRunFinishedEvent finished && hasMore(finished.getRun()))) {
			return event;
		}
		return copy(event, new RunContext(event.getRunId(), shownUrl, event.getGoal(), event.getTag()));
	}

	private String shownUrl(String url) {
		Shown last = this.last;
		if (last == null || !url.equals(last.url())) {
			last = new Shown(url, URL.matcher(url).replaceFirst("$1$2"));
			this.last = last;
		}
		return last.shownUrl();
	}

	private static TinyFishRunEvent copy(TinyFishRunEvent event, RunContext run) {
		Object source = event.getSource();
		if (event instanceof TinyFishRunStartedEvent) {
			return new TinyFishRunStartedEvent(source, run);
		}
		if (event instanceof TinyFishRunHeartbeatEvent) {
			return new TinyFishRunHeartbeatEvent(source, run);
		}
		if (event instanceof TinyFishRunStreamingUrlEvent streaming) {
			return new TinyFishRunStreamingUrlEvent(source, run, streaming.getStreamingUrl());
		}
		if (event instanceof TinyFishRunProgressEvent progress) {
			return new TinyFishRunProgressEvent(source, run, progress.getPurpose(), progress.getOccurredAt());
		}
		if (event instanceof TinyFishRunFinishedEvent finished) {
			return new TinyFishRunFinishedEvent(source, run, withoutMore(finished.getRun()), finished.getVerdict(),
					finished.isRecovered());
		}
		if (event instanceof TinyFishRunErrorEvent error) {
			TinyFishException exception = error.getException();
			return (exception != null) ? new TinyFishRunErrorEvent(source, run, exception) : readAgain(error, run);
		}
		return event;
	}

	private static boolean hasMore(AgentRun run) {
		RunError error = run.error();
		return !run.additionalProperties().isEmpty() || (error != null && !error.additionalProperties().isEmpty());
	}

	private static AgentRun withoutMore(AgentRun run) {
		return hasMore(run) ? AgentRun.builder()
			.runId(run.runId())
			.statusText(run.statusText())
			.startedAt(run.startedAt())
			.finishedAt(run.finishedAt())
			.numOfSteps(run.numOfSteps())
			.result(run.result())
			.schemaValidation(run.schemaValidation())
			.error(withoutMore(run.error()))
			.build() : run;
	}

	private static @Nullable RunError withoutMore(@Nullable RunError error) {
		return (error != null) ? RunError.builder()
			.code(error.code())
			.message(error.message())
			.categoryText(error.categoryText())
			.retryAfter(error.retryAfter())
			.helpUrl(error.helpUrl())
			.helpMessage(error.helpMessage())
			.build() : null;
	}

	/**
	 * Copy an event that was read from JSON, which has no exception.
	 */
	private static TinyFishRunErrorEvent readAgain(TinyFishRunErrorEvent event, RunContext run) {
		ObjectNode json = MAPPER.valueToTree(event);
		return MAPPER.treeToValue(json.put("url", run.url()), TinyFishRunErrorEvent.class);
	}

	/**
	 * A URL.
	 *
	 * @param url the URL as it was given
	 * @param shownUrl what is shown of it
	 */
	private record Shown(String url, String shownUrl) {

	}

}

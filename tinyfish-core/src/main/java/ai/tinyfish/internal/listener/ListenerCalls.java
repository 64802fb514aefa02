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

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import org.jspecify.annotations.Nullable;

/**
 * Mapping of the events of a stream to the methods of a listener.
 */
public final class ListenerCalls {

	private ListenerCalls() {
	}

	/**
	 * Return whether listeners have a method for an event.
	 */
	public static boolean isNotified(AgentEvent event) {
		return event instanceof StartedEvent || event instanceof StreamingUrlEvent || event instanceof ProgressEvent
				|| event instanceof HeartbeatEvent || event instanceof CompleteEvent;
	}

	/**
	 * Create the entry of an event for the listener queue.
	 * @param event the event
	 * @param context the run
	 * @param kind whether it may be dropped
	 * @return the entry
	 */
	public static ListenerQueue.Entry entry(AgentEvent event, RunContext context, ListenerQueue.Kind kind) {
		int text = (kind != ListenerQueue.Kind.MILESTONE) ? text(event) : 0;
		return new ListenerQueue.Entry(event.type(), context, kind, text,
				(listener) -> notify(listener, context, event));
	}

	/**
	 * Return the length of the text in an event, for frequent events. Run ids are short
	 * and not counted.
	 * @return a number of characters
	 */
	private static int text(AgentEvent event) {
		if (event instanceof ProgressEvent progress) {
			return progress.purpose().length() + length(progress.tinyfishApi());
		}
		return (event instanceof StreamingUrlEvent streamingUrl) ? streamingUrl.streamingUrl().length() : 0;
	}

	private static int length(@Nullable String text) {
		return (text != null) ? text.length() : 0;
	}

	/**
	 * Call the listener's method for an event, if it has one.
	 */
	public static void notify(TinyFishRunListener listener, RunContext context, AgentEvent event) {
		if (event instanceof StartedEvent started) {
			listener.started(context, started);
		}
		else if (event instanceof StreamingUrlEvent streamingUrl) {
			listener.streamingUrl(context, streamingUrl);
		}
		else if (event instanceof ProgressEvent progress) {
			listener.progress(context, progress);
		}
		else if (event instanceof HeartbeatEvent heartbeat) {
			listener.heartbeat(context, heartbeat);
		}
		else if (event instanceof CompleteEvent complete) {
			listener.finished(context, complete);
		}
	}

}

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

package ai.tinyfish.spring.event;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.context.support.StaticApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events as a test of an application builds them.
 */
class TinyFishRunEventTests {

	private static final Object SOURCE = new Object();

	private static final RunContext RUN = RunContext.builder()
		.runId("run-1")
		.url("https://user:hush@shop.example/?token=hush")
		.goal("Log in with the password hush")
		.tag("order-42")
		.build();

	private static final String ALL = "runId=run-1, tag=order-42";

	static Stream<Arguments> events() {
		AgentRun completed = AgentRun.completed("run-1", RunResult.ofJson("{\"password\": \"hush\"}"));
		AgentRun failed = AgentRun.failed("run-1", RunError.of("SITE_BLOCKED", "hush"));
		return Stream.of(Arguments.of(new TinyFishRunStartedEvent(SOURCE, RUN), "TinyFishRunStartedEvent[" + ALL + "]"),
				Arguments.of(new TinyFishRunStreamingUrlEvent(SOURCE, RUN, "https://live.example/?hush"),
						"TinyFishRunStreamingUrlEvent[" + ALL + "]"),
				Arguments.of(new TinyFishRunProgressEvent(SOURCE, RUN, "Reading", Instant.EPOCH),
						"TinyFishRunProgressEvent[" + ALL + ", purpose=Reading]"),
				Arguments.of(new TinyFishRunHeartbeatEvent(SOURCE, RUN), "TinyFishRunHeartbeatEvent[" + ALL + "]"),
				Arguments.of(new TinyFishRunFinishedEvent(SOURCE, RUN, completed),
						"TinyFishRunFinishedEvent[" + ALL + ", status=COMPLETED, goal=UNKNOWN]"),
				Arguments.of(new TinyFishRunFinishedEvent(SOURCE, RUN, failed),
						"TinyFishRunFinishedEvent[" + ALL + ", status=FAILED, goal=MISSED]"),
				Arguments.of(new TinyFishRunFinishedEvent(SOURCE, RUN, completed, GoalVerdict.achieved("hush")),
						"TinyFishRunFinishedEvent[" + ALL + ", status=COMPLETED, goal=ACHIEVED]"),
				Arguments.of(
						new TinyFishRunErrorEvent(SOURCE, RUN,
								new TinyFishRunOutcomeUnknownException("The answer was lost", null, "run-1")),
						"TinyFishRunErrorEvent[" + ALL
								+ ", errorType=TinyFishRunOutcomeUnknownException, message=The answer was lost]"));
	}

	@ParameterizedTest
	@MethodSource("events")
	void anEventSaysWhichRunItIsAboutAndHidesWhatMayBeSecret(TinyFishRunEvent event, String text) {
		assertThat(event).hasToString(text);
		assertThat(text).doesNotContain("hush");
		assertThat(event.getSource()).isSameAs(SOURCE);
		assertThat(event.getRunId()).isEqualTo("run-1");
		assertThat(event.getUrl()).isEqualTo(RUN.url());
		assertThat(event.getGoal()).isEqualTo(RUN.goal());
		assertThat(event.getTag()).isEqualTo("order-42");
	}

	@Test
	void noEventHasMoreThanOneLineAndItsTextsAreLeftAsTheyAre() {
		String evil = "a\r\nWARN forged\u001b[31m\u0000\u009b\u2028\u2029\u202eb";
		RunContext run = RunContext.builder().runId(evil).url(evil).goal(evil).tag(evil).build();
		RunError error = RunError.builder()
			.code(evil)
			.message(evil)
			.categoryText(evil)
			.helpUrl(evil)
			.helpMessage(evil)
			.build();
		List<TinyFishRunEvent> events = List.of(new TinyFishRunStartedEvent(SOURCE, run),
				new TinyFishRunStreamingUrlEvent(SOURCE, run, evil),
				new TinyFishRunProgressEvent(SOURCE, run, evil, null), new TinyFishRunHeartbeatEvent(SOURCE, run),
				new TinyFishRunFinishedEvent(SOURCE, run,
						AgentRun.builder().runId(evil).statusText(evil).error(error).build()),
				new TinyFishRunErrorEvent(SOURCE, run, new TinyFishRunOutcomeUnknownException(evil, null, evil)));
		assertThat(events).allSatisfy((event) -> {
			assertThat(event.toString()).contains("a WARN forged [31m b")
				.doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
			assertThat(event.getRunId()).isEqualTo(evil);
			assertThat(event.getTag()).isEqualTo(evil);
		});
		assertThat(((TinyFishRunProgressEvent) events.get(2)).getPurpose()).isEqualTo(evil);
	}

	@Test
	void anEventThatATestBuildsReachesListeners() {
		try (GenericApplicationContext context = new StaticApplicationContext()) {
			AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
			context.registerBean(Prices.class);
			context.refresh();
			AgentRun run = AgentRun.completed("run-1", RunResult.ofJson("{\"success\": true}"));
			context.publishEvent(new TinyFishRunFinishedEvent(this, RUN, run));
			assertThat(context.getBean(Prices.class).last.getVerdict().outcome()).isEqualTo(GoalOutcome.ACHIEVED);
		}
	}

	static class Prices {

		private TinyFishRunFinishedEvent last;

		@EventListener(condition = "#event.tag == 'order-42'")
		void on(TinyFishRunFinishedEvent event) {
			this.last = event;
		}

	}

}

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

package ai.tinyfish.sample.api;

import java.util.List;
import java.util.concurrent.CompletionStage;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.spring.relay.RelayRequest;
import ai.tinyfish.spring.relay.RunEventEmitters;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Controller that starts, streams and reads runs over HTTP. A browser gets the page of a
 * run instead of its JSON.
 */
@RestController
@RequestMapping("/runs")
class RunController {

	private final TinyFishClient tinyFish;

	private final RunEventEmitters emitters;

	RunController(TinyFishClient tinyFish, RunEventEmitters emitters) {
		this.tinyFish = tinyFish;
		this.emitters = emitters;
	}

	/**
	 * Start a run and answer as soon as it has an id.
	 */
	@PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	CompletionStage<StartedRun> start(@RequestBody NewRun run) {
		AgentRequest request = AgentRequest.of(run.url(), run.goal());
		return this.tinyFish.agent().start(request).started().thenApply(StartedRun::new);
	}

	/**
	 * Watch a run that this application started.
	 */
	@GetMapping("/{runId}/events")
	SseEmitter watch(@PathVariable String runId,
			@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
		return this.emitters.emitter(RelayRequest.of(runId).withLastEventId(lastEventId));
	}

	@GetMapping({ "/{runId}", "/{runId}.json" })
	Run read(@PathVariable String runId) {
		return this.tinyFish.runs().get(runId);
	}

	@GetMapping
	List<Run> list(@RequestParam(required = false) @Nullable RunStatus status) {
		return this.tinyFish.runs().list(RunQuery.builder().status(status).build()).data();
	}

	record NewRun(String url, String goal) {

	}

	record StartedRun(String runId) {

	}

}

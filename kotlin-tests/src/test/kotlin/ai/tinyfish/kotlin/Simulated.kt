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

package ai.tinyfish.kotlin

import ai.tinyfish.ReactiveTinyFishClient
import ai.tinyfish.TinyFishClient
import ai.tinyfish.agent.AgentRequest
import ai.tinyfish.run.AgentRun
import ai.tinyfish.run.GoalEvaluator
import ai.tinyfish.run.GoalOutcome
import ai.tinyfish.simulator.Scenario
import ai.tinyfish.simulator.TinyFishSimulator
import tools.jackson.databind.JsonNode
import tools.jackson.databind.json.JsonMapper
import java.time.Duration

/** A simulator that gives one result, and both clients of it. */
class Simulated(result: String? = null) : AutoCloseable {

    val simulator: TinyFishSimulator = TinyFishSimulator.builder().pace(Duration.ofMillis(5)).apply {
        if (result != null) {
            given("", Scenario.builder().resultJson(result).build())
        }
    }.start()

    val client: TinyFishClient = TinyFishClient.builder()
        .apiKey(simulator.apiKey())
        .baseUrl(simulator.baseUrl())
        .build()

    val reactiveClient: ReactiveTinyFishClient = ReactiveTinyFishClient.builder()
        .apiKey(simulator.apiKey())
        .baseUrl(simulator.baseUrl())
        .build()

    /** The output schema of the only request that was sent. */
    fun sentSchema(): JsonNode {
        val body = simulator.journal().submissions("output_schema").single().body()
        return JsonMapper.shared().readTree(body).get("output_schema")
    }

    override fun close() {
        reactiveClient.close()
        client.close()
        simulator.close()
    }
}

val REQUEST: AgentRequest = AgentRequest.of("https://example.com", "What is on offer?")

fun outcome(run: AgentRun): GoalOutcome = GoalEvaluator.defaults().evaluate(run).outcome()

fun json(text: String): JsonNode = JsonMapper.shared().readTree(text)

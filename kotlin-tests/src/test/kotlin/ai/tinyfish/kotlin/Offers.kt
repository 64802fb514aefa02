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
import ai.tinyfish.agent.event.ProgressEvent
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.reactor.awaitSingle
import org.springframework.core.ParameterizedTypeReference
import java.math.BigDecimal

data class Offer(
    val name: String,
    val price: BigDecimal,
    val currency: String = "EUR",
    val note: String?,
    val tags: List<String> = emptyList(),
)

fun offer(tinyFish: TinyFishClient, url: String): Offer {
    val request = AgentRequest.of(url, "What does the item cost?")
    return tinyFish.agent().run(request, Offer::class.java).value()
}

fun offers(tinyFish: TinyFishClient, url: String): List<Offer> {
    val request = AgentRequest.of(url, "Which items are there?")
    return tinyFish.agent().run(request, object : ParameterizedTypeReference<List<Offer>>() {}).value()
}

suspend fun awaitOffer(tinyFish: ReactiveTinyFishClient, url: String): Offer {
    val request = AgentRequest.of(url, "What does the item cost?")
    return tinyFish.agent().run(request, Offer::class.java).awaitSingle().value()
}

suspend fun awaitTitle(client: ReactiveTinyFishClient, url: String): Any? {
    val request = AgentRequest.of(url, "What is the title of this page?")
    val run = client.agent().run(request).awaitSingle()
    return run.result().toMap()["title"]
}

fun steps(client: ReactiveTinyFishClient, request: AgentRequest): Flow<String?> =
    client.agent().stream(request).asFlow()
        .filterIsInstance<ProgressEvent>()
        .map { it.purpose() }

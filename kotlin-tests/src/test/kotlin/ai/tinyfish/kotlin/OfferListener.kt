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

import ai.tinyfish.TinyFishClient
import ai.tinyfish.agent.AgentRequest
import ai.tinyfish.run.GoalOutcome
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent
import org.slf4j.LoggerFactory
import org.springframework.context.event.EventListener
import org.springframework.stereotype.Component

@Component
class OfferListener(private val tinyFish: TinyFishClient) {

    private val log = LoggerFactory.getLogger(javaClass)

    fun watch(url: String) {
        val request = AgentRequest.of(url, "What does the item cost?")
        tinyFish.agent().start(request.withOutputType(Offer::class.java).withTag("order-42"))
    }

    @EventListener
    fun on(event: TinyFishRunFinishedEvent) {
        when (event.verdict.outcome()) {
            GoalOutcome.ACHIEVED -> {
                val offer = event.run.typed(Offer::class.java).value()
                log.info("{}: {} {}", event.tag, offer.price, offer.currency)
            }
            GoalOutcome.MISSED -> log.warn("{}: {}", event.tag, event.verdict)
            // without an output type, nothing says whether the goal was reached
            else -> log.info("{}: {}", event.tag, event.run)
        }
    }
}

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

package ai.tinyfish.internal.webagent;

import java.util.function.Supplier;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.ReactiveAgentOperations;
import org.jspecify.annotations.Nullable;

/**
 * Clients that run the methods of agent interfaces. Each client is requested once per
 * interface that needs it, when the interface is implemented. Its operations are
 * requested with each call, so that an agent that is never called needs no connection.
 *
 * @param blocking supplies the client for callers that block, or null
 * @param reactive supplies the client for callers that must not block, or null
 */
public record AgentClients(Supplier<@Nullable Supplier<AgentOperations>> blocking,
		Supplier<@Nullable Supplier<ReactiveAgentOperations>> reactive) {

}

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

/**
 * Tools for language models: search, fetch, and runs of agents. Chats with Spring AI use
 * them through {@link ai.tinyfish.spring.ai.tools.TinyFishTools}.
 */
@NullMarked
package ai.tinyfish.spring.ai.tools;

import org.jspecify.annotations.NullMarked;

// To change
// - the texts that a model receives: Answers, FailureTexts, the table of docs/language-
// models.md
// - the limit on runs, and calls without a new run: RunLedger, LedgerRun; RunLedgers
// for conversations
// - how runs are started and awaited: RunTools
// - the parameters that a model passes to an agent: AgentMethodTool; WebAgentMethod
// (core)

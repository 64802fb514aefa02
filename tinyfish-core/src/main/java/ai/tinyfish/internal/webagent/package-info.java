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
 * Implementation of agent interfaces: templates, parameters and return types of their
 * methods, read once, and the handler of calls.
 */
@NullMarked
package ai.tinyfish.internal.webagent;

import org.jspecify.annotations.NullMarked;

// To change
// - the declarations that are allowed: AgentParameter, ReturnType, AgentMethodReader
// - the form of values in goals and URLs: VariableType, GoalTemplate, UrlTemplate
// - a setting of the annotations: WebAgent, Goal, AgentSettings

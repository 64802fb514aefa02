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

package ai.tinyfish.simulator.internal.run;

import reactor.core.publisher.Mono;

/**
 * Script that was chosen for a run.
 *
 * @param script the script
 * @param giveBack to be called if no run is created, so that the next one gets the script
 * @param elsewhere begins the run elsewhere, which brings the script, and emits it once
 * it has begun; empty if the script is known, an error if the run is refused
 */
public record ChosenScript(RunScript script, Runnable giveBack, Mono<LiveRun> elsewhere) {

}

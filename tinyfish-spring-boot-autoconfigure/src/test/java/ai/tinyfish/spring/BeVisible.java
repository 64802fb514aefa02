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

package ai.tinyfish.spring;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/**
 * Return types that code generated ahead of time, in the same package, can name.
 */
final class BeVisible extends ArchCondition<JavaMethod> {

	BeVisible() {
		super("return a type that is not private");
	}

	@Override
	public void check(JavaMethod method, ConditionEvents events) {
		boolean hidden = method.getRawReturnType().getModifiers().contains(JavaModifier.PRIVATE);
		events.add(new SimpleConditionEvent(method, !hidden,
				method.getFullName() + " returns " + method.getRawReturnType().getName()));
	}

}

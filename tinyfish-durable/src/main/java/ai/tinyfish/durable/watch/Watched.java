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

package ai.tinyfish.durable.watch;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares the {@link Watch} of the request of an agent method. The method has a
 * {@link ai.tinyfish.webagent.Goal} and no parameters, and returns {@code T},
 * {@code List<T>}, or an {@code Optional} or {@code TypedRun} of them. Its interface is
 * imported without a client, since durable runs use that of the application. It is not
 * called: annotations such as {@code @Cacheable} do not apply to the runs of the watch.
 * An empty result is a result if the method accepts it: if it returns an
 * {@code Optional}, or the goal has {@code acceptMissed}. Id, schedule and zone may have
 * placeholders.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Watched {

	/**
	 * Id of the watch: 1 to 100 letters, digits or characters of {@code . _ : @ -}.
	 * @return the id
	 */
	String id();

	/**
	 * Schedule, as for {@code @Scheduled}: six fields, from seconds to days of the week.
	 * @return the schedule; {@link Watch#NEVER} for runs with {@link Watches#runNow}
	 * alone
	 */
	String cron();

	/**
	 * Time zone of the schedule, such as {@code Europe/Berlin}.
	 * @return the zone
	 */
	String zone() default "UTC";

	/**
	 * Properties whose values together identify a record of the list, such as an SKU or a
	 * URL.
	 * @return the names of the properties; empty for a single object
	 */
	String[] key() default {};

	/**
	 * Properties that are not compared.
	 * @return the names of the properties
	 */
	String[] ignore() default {};

	/**
	 * Tolerances of numbers: the name of a property, a colon, and the difference from its
	 * last published value from which on it has changed, absolute or in percent, such as
	 * {@code price: 5 %}.
	 * @return the tolerances
	 */
	String[] tolerance() default {};

	/**
	 * Number of results in a row that must agree on a change before it is published.
	 * @return the number
	 */
	int confirm() default 2;

	/**
	 * Time after which a change that is not confirmed is looked for again, such as
	 * {@code PT10M}.
	 * @return the time; empty to wait for the next slot
	 */
	String confirmAfter() default "";

	/**
	 * How many slots in a row are skipped while the page has not changed, which is read
	 * with Fetch before a slot.
	 * @return the number; 0 to run each slot
	 */
	int skipUnchanged() default 0;

	/**
	 * CSS selectors of the parts of the page that count.
	 * @return the selectors; empty for all of the page
	 */
	String[] selectors() default {};

}

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

package ai.tinyfish.durable.internal.store;

import org.jspecify.annotations.Nullable;

/**
 * Text of the page of a watch, and the slots that were skipped since it is unchanged. A
 * digest is confirmed like a change: a slot is skipped only if as many results as a
 * change needs have come from the same text.
 *
 * @param digest the digest of the text in the newest run that was compared, or null
 * @param results how many compared results in a row came from this text, with the records
 * of the baseline
 * @param skipped how many slots in a row were skipped
 * @param saved how many slots were skipped in all
 * @param off why pages are no longer checked, or null if they are
 */
public record Page(@Nullable String digest, int results, int skipped, long saved, @Nullable String off) {

	/** The reason if a change did not show on the page. */
	public static final String HIDDEN = "A change did not show on the page. Checks are off until the watch is resumed";

	/** Nothing is known. */
	public static final Page UNKNOWN = new Page(null, 0, 0, 0, null);

	/**
	 * Return whether a slot need not run.
	 * @param current the digest of the page now
	 * @param confirm how many results must agree
	 * @param maxSkipped how many slots in a row may be skipped
	 */
	public boolean isUnchanged(String current, int confirm, int maxSkipped) {
		return this.off == null && current.equals(this.digest) && this.results >= confirm && this.skipped < maxSkipped;
	}

	/**
	 * Return the page after a slot was skipped.
	 */
	public Page skip() {
		return new Page(this.digest, this.results, this.skipped + 1, this.saved + 1, null);
	}

	/**
	 * Return the page after a result was compared. It is no longer checked if slots were
	 * skipped that had a change.
	 * @param current the digest of the page before the run, or null if it is not known
	 * @param changed whether the result has changed the baseline
	 * @param before whether a change was unconfirmed before it
	 * @param after whether a change is unconfirmed now
	 */
	public Page compared(@Nullable String current, boolean changed, boolean before, boolean after) {
		boolean same = current != null && current.equals(this.digest);
		String reason = (same && changed && this.skipped > 0) ? HIDDEN : this.off;
		int skips = (after && (same || current == null)) ? this.skipped : 0;
		if (current == null) {
			boolean unknown = changed || before;
			return new Page(unknown ? null : this.digest, unknown ? 0 : this.results, skips, this.saved, this.off);
		}
		return new Page(current, (same && (changed || !before)) ? this.results + 1 : 1, skips, this.saved, reason);
	}

	/**
	 * Return the state after a person has resumed the watch.
	 */
	public Page resume() {
		return new Page(null, 0, 0, this.saved, null);
	}

	/**
	 * Return the state if the question or the selectors have changed.
	 */
	public Page reset() {
		return new Page(null, 0, 0, this.saved, this.off);
	}

}

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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Page}, with worlds in which sites change, agents err, checks fail and
 * people start runs.
 */
class PageTests {

	private static final String DIGEST = "a".repeat(64);

	private static final String OTHER = "b".repeat(64);

	@ParameterizedTest
	@CsvSource(textBlock = """
			# digest, results, skipped, off, confirm, max, unchanged
			same,  2, 0,  ,     2, 23, true
			same,  1, 0,  ,     1, 23, true
			same,  2, 22, ,     2, 23, true
			same,  2, 23, ,     2, 23, false
			same,  1, 0,  ,     2, 23, false
			same,  2, 0,  why,  2, 23, false
			other, 2, 0,  ,     2, 23, false
			,      0, 0,  ,     1, 23, false
			""")
	void slotIsSkippedOnlyWithoutAnyDoubt(@Nullable String digest, int results, int skipped, @Nullable String off,
			int confirm, int max, boolean unchanged) {
		String known = "same".equals(digest) ? DIGEST : (digest != null) ? OTHER : null;
		assertThat(new Page(known, results, skipped, 7, off).isUnchanged(DIGEST, confirm, max)).isEqualTo(unchanged);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			# digest of the run, changed, unconfirmed before and after: digest, results, skipped
			same,  false, false, false, same,  3, 0
			same,  false, false, true,  same,  3, 5
			same,  false, true,  false, same,  1, 0
			same,  false, true,  true,  same,  1, 5
			same,  true,  false, false, same,  3, 0
			same,  true,  true,  false, same,  3, 0
			same,  true,  true,  true,  same,  3, 5
			other, false, false, false, other, 1, 0
			other, false, false, true,  other, 1, 0
			other, true,  true,  false, other, 1, 0
			,      false, false, false, same,  2, 0
			,      false, false, true,  same,  2, 5
			,      false, true,  false, ,      0, 0
			,      false, true,  true,  ,      0, 5
			,      true,  false, false, ,      0, 0
			,      true,  true,  true,  ,      0, 5
			""")
	void comparedResultConfirmsTheDigestOfItsRun(@Nullable String run, boolean changed, boolean before, boolean after,
			@Nullable String digest, int results, int skipped) {
		Page page = new Page(DIGEST, 2, 5, 9, null).compared(text(run), changed, before, after);
		// slots were skipped before the change
		String off = (changed && "same".equals(run)) ? Page.HIDDEN : null;
		assertThat(page).isEqualTo(new Page(text(digest), results, skipped, 9, off));
	}

	private static @Nullable String text(@Nullable String name) {
		return (name == null) ? null : name.equals("same") ? DIGEST : OTHER;
	}

	@Test
	void skippedSlotsAreCountedInARowAndInAll() {
		Page page = new Page(DIGEST, 2, 0, 0, null).skip().skip();
		assertThat(page).isEqualTo(new Page(DIGEST, 2, 2, 2, null));
		assertThat(new Page(DIGEST, 2, 0, 2, null).compared(DIGEST, true, false, false).off()).isNull();
		Page off = page.compared(DIGEST, true, false, false);
		assertThat(off.off()).isEqualTo(Page.HIDDEN);
		assertThat(off.reset()).isEqualTo(new Page(null, 0, 0, 2, Page.HIDDEN));
		assertThat(off.resume()).isEqualTo(new Page(null, 0, 0, 2, null));
	}

	@Test
	void noSlotIsSkippedWronglyInTwentyThousandWorlds() {
		long skipped = 0;
		for (long seed = 0; seed < 20_000; seed++) {
			World world = new World(seed);
			Watcher watcher = new Watcher(world, 2 + (int) (seed % 2), 23);
			watcher.run();
			assertThat(watcher.wrong).as("seed " + seed).isEmpty();
			skipped += watcher.skipped;
		}
		assertThat(skipped).isGreaterThan(500_000);
	}

	@Test
	void watchWithoutChecksPublishesTheSameChangesInTheSameSlots() {
		for (long seed = 0; seed < 6_000; seed++) {
			World world = new World(seed);
			Watcher checked = new Watcher(world, 2, 23);
			checked.run();
			Watcher unchecked = new Watcher(world, 2, 0);
			unchecked.run();
			assertThat(checked.published).as("seed " + seed).isEqualTo(unchecked.published);
			assertThat(checked.runs).isLessThanOrEqualTo(unchecked.runs);
		}
	}

	@ParameterizedTest
	@CsvSource({ "2, 0, 95", "1, 0, 65", "2, 0.05, 150" })
	void thousandSlotsWithThirtyChangesCostFewRuns(int confirm, double failing, int most) {
		for (long seed = 0; seed < 1_000; seed++) {
			World world = World.changing(seed, 1_000, 30, failing);
			Watcher watcher = new Watcher(world, confirm, 23);
			watcher.run();
			assertThat(watcher.wrong).isEmpty();
			assertThat(watcher.runs).as("seed " + seed).isLessThanOrEqualTo(most);
		}
	}

	@Test
	void changeThatThePageHidesIsFoundByTheSlotThatRunsAnyway() {
		for (long seed = 0; seed < 1_000; seed++) {
			World world = World.hiding(seed);
			Watcher watcher = new Watcher(world, 2, 23);
			watcher.run();
			int changedAt = world.changes.first();
			assertThat(watcher.published).hasSize(1);
			int publishedAt = Integer.parseInt(watcher.published.get(0).split(":")[0]);
			// seen within 24 slots, and confirmed by the next one
			assertThat(publishedAt - changedAt).isBetween(1, 24);
			assertThat(watcher.page.off()).isNotNull();
		}
	}

	/**
	 * A site in each slot, and what goes wrong there.
	 */
	private static final class World {

		final int slots;

		final TreeSet<Integer> changes = new TreeSet<>();

		final Set<Integer> noise = new HashSet<>();

		final Set<Integer> flakes = new HashSet<>();

		final Set<Integer> misses = new HashSet<>();

		final Set<Integer> failedChecks = new HashSet<>();

		final Set<Integer> people = new HashSet<>();

		private final boolean hides;

		World(long seed) {
			this(120, false);
			SplittableRandom random = new SplittableRandom(seed);
			double change = random.nextDouble(0.15);
			double noisy = random.nextDouble(0.1);
			double flaky = random.nextDouble(0.2);
			double failing = random.nextDouble(0.2);
			for (int slot = 1; slot < this.slots; slot++) {
				add(this.changes, slot, random, change);
				add(this.noise, slot, random, noisy);
				add(this.failedChecks, slot, random, failing);
				add(this.people, slot, random, 0.02);
			}
			for (int slot = 0; slot < this.slots; slot++) {
				add(this.flakes, slot, random, flaky);
				add(this.misses, slot, random, failing);
			}
		}

		private World(int slots, boolean hides) {
			this.slots = slots;
			this.hides = hides;
		}

		private static void add(Set<Integer> slots, int slot, SplittableRandom random, double probability) {
			if (random.nextDouble() < probability) {
				slots.add(slot);
			}
		}

		static World changing(long seed, int slots, int changes, double failing) {
			World world = new World(slots, false);
			SplittableRandom random = new SplittableRandom(seed);
			while (world.changes.size() < changes) {
				world.changes.add(random.nextInt(1, slots));
			}
			for (int slot = 1; slot < slots; slot++) {
				add(world.failedChecks, slot, random, failing);
			}
			return world;
		}

		static World hiding(long seed) {
			World world = new World(200, true);
			world.changes.add(new SplittableRandom(seed).nextInt(10, 150));
			return world;
		}

		/** The value in a slot. */
		int truth(int slot) {
			return this.changes.headSet(slot, true).size();
		}

		/**
		 * The value that a run reads: an agent errs in another way each time. Null is a
		 * miss.
		 */
		@Nullable Integer read(int slot) {
			return this.misses.contains(slot) ? null : this.flakes.contains(slot) ? 1_000 + slot : truth(slot);
		}

		/** The digest of the page, or null if it could not be fetched. */
		@Nullable String digest(int slot) {
			if (this.failedChecks.contains(slot)) {
				return null;
			}
			long noises = this.noise.stream().filter((each) -> each <= slot).count();
			return (this.hides ? 0 : truth(slot)) + "/" + noises;
		}

	}

	/**
	 * A watch of one value, as watches compare it.
	 */
	private static final class Watcher {

		final List<String> published = new ArrayList<>();

		final List<Integer> wrong = new ArrayList<>();

		int runs;

		int skipped;

		Page page = Page.UNKNOWN;

		private final World world;

		private final int confirm;

		private final int maxSkipped;

		private @Nullable Integer baseline;

		private @Nullable Integer pending;

		private int agreed;

		private int misses;

		Watcher(World world, int confirm, int maxSkipped) {
			this.world = world;
			this.confirm = confirm;
			this.maxSkipped = maxSkipped;
		}

		void run() {
			for (int slot = 0; slot < this.world.slots; slot++) {
				boolean checked = this.maxSkipped > 0 && !this.world.people.contains(slot) && this.page.off() == null;
				String digest = checked ? this.world.digest(slot) : null;
				boolean settled = this.baseline != null && this.pending == null && this.misses == 0;
				if (digest != null && settled && this.page.isUnchanged(digest, this.confirm, this.maxSkipped)) {
					skip(slot);
				}
				else {
					result(slot, digest);
				}
			}
		}

		private void skip(int slot) {
			this.page = this.page.skip();
			this.skipped++;
			if (!this.world.hides && !Integer.valueOf(this.world.truth(slot)).equals(this.baseline)) {
				this.wrong.add(slot);
			}
		}

		private void result(int slot, @Nullable String digest) {
			this.runs++;
			Integer value = this.world.read(slot);
			if (value == null) {
				this.misses++;
				return;
			}
			this.misses = 0;
			boolean before = this.pending != null;
			boolean changed = false;
			if (this.baseline == null || value.equals(this.baseline)) {
				this.baseline = value;
				this.pending = null;
			}
			else {
				this.agreed = value.equals(this.pending) ? this.agreed + 1 : 1;
				this.pending = value;
				changed = this.agreed >= this.confirm;
			}
			if (changed) {
				this.published.add(slot + ": " + this.baseline + " -> " + value);
				this.baseline = value;
				this.pending = null;
			}
			this.page = this.page.compared(digest, changed, before, this.pending != null);
		}

	}

}

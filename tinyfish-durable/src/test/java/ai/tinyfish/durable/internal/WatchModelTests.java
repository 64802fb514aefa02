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
package ai.tinyfish.durable.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.simulator.Scenario;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random results of a watch, written in all spellings of their type and with properties
 * that it does not have, against a model that compares the values themselves.
 */
class WatchModelTests extends AbstractWatchTests {

	private static final int RESULTS = 30;

	private static final String[] NOTES = { "Caf\u00e9", "Gr\u00fcn", "n/a" };

	static LongStream seeds() {
		Long given = Long.getLong("tinyfish.test.seed");
		return (given != null) ? LongStream.of(given)
				: new SplittableRandom().longs(Integer.getInteger("tinyfish.test.seeds", 5));
	}

	@ParameterizedTest(name = "-Dtinyfish.test.seed={0}")
	@MethodSource("seeds")
	void theOutcomesAreThoseOfTheModelAndItsChangesLeadToTheBaseline(long seed) {
		Random random = new Random(seed);
		Model model = new Model(1 + random.nextInt(3));
		save(Watch.of("teas", AgentRequest.of("https://shop.example", GOAL)
			.withOutputType(new ParameterizedTypeReference<List<Offer>>() {
			})).cron(HOURLY).key("sku").confirm(model.confirm).tolerance("price", Tolerance.percent(5)));
		Map<String, Offer> shop = new TreeMap<>(Map.of("T0", new Offer("T0", new BigDecimal("10"), 1, null, null)));
		Map<String, Offer> first = null;
		for (int i = 0; i < RESULTS; i++) {
			if (random.nextInt(3) > 0) {
				change(shop, random);
			}
			Map<String, Offer> seen = new TreeMap<>(shop);
			if (random.nextInt(4) == 0) {
				// a noisy result
				change(seen, random);
			}
			boolean broken = random.nextInt(6) == 0;
			nextSlot(Scenario.builder().steps().resultJson(json(seen, random, broken)).build());
			WatchOutcome expected = broken ? WatchOutcome.MISSED : model.compare(seen);
			assertThat(newest().outcome()).as("%s: %s", newest().reason(), newest().result().json())
				.isEqualTo(expected);
			if (broken) {
				assertThat(newest().reason()).startsWith("$");
			}
			else if (first == null) {
				first = plain(seen);
			}
			assertThat(plain(baseline())).isEqualTo((model.baseline != null) ? plain(model.baseline) : Map.of());
		}
		for (Object event : this.time.watchEvents) {
			if (event instanceof WatchChangedEvent changed) {
				changed.removed(Offer.class).forEach((each) -> assertThat(first(each, changed)).isNotNull());
				apply(changed, first);
			}
		}
		assertThat(first).isEqualTo(plain(baseline()));
	}

	private static @Nullable Offer first(Offer removed, WatchChangedEvent event) {
		return event.added(Offer.class).stream().noneMatch((added) -> added.sku().equals(removed.sku())) ? removed
				: null;
	}

	private static void apply(WatchChangedEvent event, Map<String, Offer> offers) {
		event.removed(Offer.class)
			.forEach((each) -> assertThat(offers.remove(each.sku().strip())).isEqualTo(each.plain()));
		event.added(Offer.class).forEach((each) -> assertThat(offers.put(each.sku().strip(), each.plain())).isNull());
		for (Change<Offer> change : event.changed(Offer.class)) {
			assertThat(offers.put(change.after().sku().strip(), change.after().plain()))
				.isEqualTo(change.before().plain());
		}
	}

	private Map<String, Offer> baseline() {
		Map<String, Offer> offers = new TreeMap<>();
		this.time.watches.baseline("teas", Offer.class).forEach((offer) -> offers.put(offer.sku().strip(), offer));
		return offers;
	}

	private static Map<String, Offer> plain(Map<String, Offer> offers) {
		Map<String, Offer> plain = new TreeMap<>();
		offers.forEach((sku, offer) -> plain.put(sku, offer.plain()));
		return plain;
	}

	/**
	 * Change some offers but the first, which stays without anything optional, so that no
	 * property is lost by all.
	 */
	private static void change(Map<String, Offer> shop, Random random) {
		for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
			String sku = "T" + (1 + random.nextInt(4));
			Offer old = shop.get(sku);
			if (old == null) {
				shop.put(sku, new Offer(sku, new BigDecimal(1000 + random.nextInt(3) * 30).movePointLeft(2),
						random.nextInt(3), null, null));
				continue;
			}
			switch (random.nextInt(5)) {
				case 0 -> shop.remove(sku);
				case 1 -> shop.put(sku,
						new Offer(sku, old.price(), old.stock(),
								random.nextInt(3) == 0 ? null
										: new Seller("S" + random.nextInt(2),
												random.nextBoolean() ? null : new BigDecimal(random.nextInt(3))),
								old.note()));
				case 2 -> shop.put(sku, new Offer(sku, old.price(), random.nextInt(4), old.seller(),
						random.nextBoolean() ? null : NOTES[random.nextInt(NOTES.length)]));
				default -> shop.put(sku,
						new Offer(sku,
								random.nextInt(8) == 0 ? BigDecimal.ZERO
										: old.price().add(new BigDecimal(random.nextInt(120) - 60).movePointLeft(2)),
								old.stock(), old.seller(), old.note()));
			}
		}
	}

	private static String json(Map<String, Offer> offers, Random random, boolean broken) {
		List<String> records = new ArrayList<>();
		String victim = new ArrayList<>(offers.keySet()).get(random.nextInt(offers.size()));
		offers.forEach((sku, offer) -> records.add(json(offer, random, broken && sku.equals(victim))));
		Collections.shuffle(records, random);
		String list = records.toString();
		return switch (random.nextInt(3)) {
			case 0 -> list;
			case 1 -> "{\"items\":" + list + ",\"pages\":1}";
			default -> "{\"items\":" + list + "}";
		};
	}

	private static String json(Offer offer, Random random, boolean broken) {
		int fault = broken ? random.nextInt(12) : -1;
		Seller seller = offer.seller();
		List<String> properties = new ArrayList<>();
		if (fault != 0) {
			properties.add("\"sku\":" + text(offer.sku(), random));
		}
		String price = switch (fault) {
			case 1 -> "\"sold out\"";
			case 6 -> "\"1,5\"";
			case 7 -> "1e999999999";
			default -> number(offer.price(), random);
		};
		properties.add("\"price\":" + price);
		String stock = switch (fault) {
			case 3 -> "1.5";
			case 8 -> "\"many\"";
			case 9 -> "\"1e2147483647\"";
			default -> integer(offer.stock(), random);
		};
		if (fault != 2) {
			properties.add("\"stock\":" + stock);
		}
		if (fault == 4) {
			properties.add("\"seller\":{\"rating\":1}");
		}
		else if (fault == 10 || fault == 11) {
			properties.add("\"seller\":" + ((fault == 10) ? "\"S1\"" : "{\"name\":[\"S1\"]}"));
		}
		else if (seller != null) {
			properties.add("\"seller\":{\"name\":" + text(seller.name(), random) + ",\"rank\":" + random.nextInt()
					+ ",\"rating\":" + ((seller.rating() != null) ? number(seller.rating(), random) : "null") + "}");
		}
		if (offer.note() != null) {
			properties.add("\"note\":" + text(offer.note(), random));
		}
		else if (random.nextBoolean()) {
			properties.add("\"note\":null");
		}
		if (random.nextBoolean()) {
			properties.add("\"readAt\":" + random.nextInt() + ",\"extra\":{\"price\":[1,{\"a\":null}]}");
		}
		Collections.shuffle(properties, random);
		String record = "{" + String.join(",", properties) + "}";
		return (fault == 5) ? record + "," + record : record;
	}

	private static String number(BigDecimal value, Random random) {
		String exponent = value.unscaledValue() + "e" + -value.scale();
		// signs and zeros before a number
		return switch (random.nextInt((value.signum() < 0) ? 7 : 9)) {
			case 6 -> exponent.toUpperCase(Locale.ROOT);
			case 7 -> "\"+" + value.toPlainString() + "\"";
			case 8 -> "\"00" + value.toPlainString() + "\"";
			case 0 -> value.setScale(value.scale() + 1 + random.nextInt(2)).toPlainString();
			case 1 -> "\"" + value + "\"";
			case 2 -> "\" " + value.setScale(value.scale() + 1) + " \"";
			case 3 -> exponent;
			case 4 -> "\"" + exponent + "\"";
			default -> value.toString();
		};
	}

	private static String integer(long value, Random random) {
		return number(new BigDecimal(BigInteger.valueOf(value)), random);
	}

	private static String text(String value, Random random) {
		return switch (random.nextInt(3)) {
			case 0 -> "\"" + Normalizer.normalize(value, Normalizer.Form.NFD) + "\"";
			case 1 -> "\" " + value + "\\n\"";
			default -> "\"" + value + "\"";
		};
	}

	record Offer(String sku, BigDecimal price, long stock, @Nullable Seller seller, @Nullable String note) {

		Offer plain() {
			return new Offer(text(this.sku), amount(this.price), this.stock,
					(this.seller != null) ? new Seller(text(this.seller.name),
							(this.seller.rating != null) ? amount(this.seller.rating) : null) : null,
					(this.note != null) ? text(this.note) : null);
		}

		private static String text(String text) {
			return Normalizer.normalize(text, Normalizer.Form.NFC).strip();
		}

		private static BigDecimal amount(BigDecimal amount) {
			return (amount.signum() == 0) ? BigDecimal.ZERO : amount.stripTrailingZeros();
		}

	}

	record Seller(String name, @Nullable BigDecimal rating) {

	}

	/**
	 * The rules of the page, for values.
	 */
	private static final class Model {

		private final int confirm;

		private Map<String, Offer> baseline;

		private final Map<String, Agreement> agreements = new TreeMap<>();

		private Model(int confirm) {
			this.confirm = confirm;
		}

		private WatchOutcome compare(Map<String, Offer> result) {
			if (this.baseline == null) {
				this.baseline = new TreeMap<>(result);
				return WatchOutcome.BASELINE;
			}
			Set<String> keys = new LinkedHashSet<>(this.baseline.keySet());
			keys.addAll(result.keySet());
			Map<String, Agreement> before = Map.copyOf(this.agreements);
			this.agreements.clear();
			boolean changed = false;
			for (String key : keys) {
				Offer published = this.baseline.get(key);
				Offer after = result.get(key);
				Agreement last = before.get(key);
				if (same(published, after)) {
					continue;
				}
				int results = (last != null && same(last.offer(), after)) ? last.results() + 1 : 1;
				if (results < this.confirm) {
					this.agreements.put(key, new Agreement(results, after));
				}
				else {
					changed = true;
					this.baseline.remove(key);
					if (after != null) {
						this.baseline.put(key, after);
					}
				}
			}
			return changed ? WatchOutcome.CHANGED
					: this.agreements.isEmpty() ? WatchOutcome.UNCHANGED : WatchOutcome.UNCONFIRMED;
		}

		private static boolean same(@Nullable Offer before, @Nullable Offer after) {
			if (before == null || after == null) {
				return before == after;
			}
			double change = after.price().subtract(before.price()).abs().doubleValue();
			boolean samePrice = before.price().compareTo(after.price()) == 0
					|| (before.price().signum() != 0 && change * 100 < before.price().abs().doubleValue() * 5);
			Offer left = before.plain();
			Offer right = after.plain();
			return samePrice && left.stock() == right.stock()
					&& String.valueOf(left.seller()).equals(String.valueOf(right.seller()))
					&& String.valueOf(left.note()).equals(String.valueOf(right.note()));
		}

	}

	private record Agreement(int results, @Nullable Offer offer) {

	}

}

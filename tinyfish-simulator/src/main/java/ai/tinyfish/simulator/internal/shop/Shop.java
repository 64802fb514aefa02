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

package ai.tinyfish.simulator.internal.shop;

import java.math.BigDecimal;
import java.util.List;

import ai.tinyfish.simulator.internal.api.Resources;
import ai.tinyfish.simulator.internal.shop.Product.Offer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * The bundled page of a made-up bookshop, read by its microdata (schema.org).
 */
public final class Shop {

	private final String html;

	private final Document page;

	private final String content;

	private final Product itself;

	private final List<Product> products;

	private Shop(String html) {
		this.html = html;
		this.page = Jsoup.parse(html);
		this.page.outputSettings().prettyPrint(false);
		this.content = content(this.page);
		Element header = this.page.expectFirst("header");
		this.itself = new Product(text(header, "name"), attribute(header, "url", "href"), text(header, "description"),
				attribute(header, "currenciesAccepted", "content"), null, null, null, null);
		this.products = this.page.select("main > [itemscope]").stream().map(Shop::product).toList();
	}

	/**
	 * Return the bundled page, which is read on first use.
	 * @return the shop
	 */
	public static Shop bundled() {
		return Bundled.SHOP;
	}

	/**
	 * Return the page.
	 * @return the HTML
	 */
	public String html() {
		return this.html;
	}

	/**
	 * Return the text of the only style element of the page.
	 * @return the style
	 */
	public String style() {
		return this.page.expectFirst("style").data();
	}

	/**
	 * Return the content of the page as a part of another page, without links and
	 * landmarks.
	 * @return the HTML
	 */
	public String content() {
		return this.content;
	}

	/**
	 * Return the shop, with its name and currency.
	 * @return the shop as a product without an offer
	 */
	public Product itself() {
		return this.itself;
	}

	/**
	 * Return all products.
	 * @return the products in the order of the page
	 */
	public List<Product> products() {
		return this.products;
	}

	private static String content(Document page) {
		Document copy = page.clone();
		copy.select("a").unwrap();
		copy.select("body link, body meta").remove();
		// a page has these landmarks once
		copy.select("header, main").tagName("div");
		return copy.body().html().strip();
	}

	private static Product product(Element item) {
		Element offer = item.expectFirst("[itemprop=offers]");
		boolean inStock = attribute(offer, "availability", "href").endsWith("/InStock");
		return new Product(text(item, "name"), attribute(item, "url", "href"), text(item, "description"),
				text(offer, "priceCurrency"), text(item, "author"), text(item, "genre"),
				new BigDecimal(text(item, "ratingValue")),
				new Offer(new BigDecimal(text(offer, "price")), inStock,
						Integer.parseInt(attribute(offer, "inventoryLevel", "content")),
						offer.expectFirst(inStock ? ".in" : ".out").text()));
	}

	private static String text(Element item, String property) {
		return item.expectFirst("[itemprop=" + property + "]").text();
	}

	private static String attribute(Element item, String property, String attribute) {
		return item.expectFirst("[itemprop=" + property + "]").attr(attribute);
	}

	private static final class Bundled {

		private static final Shop SHOP = new Shop(Resources.text(Shop.class, "shop.html"));

	}

}

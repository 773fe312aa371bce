größe   = "ä€😀"
日本     = "日本語 ${größe}"
family  = "👨‍👩‍👧‍👦 e\u0301 é" # combining: é 👍🏽
block "ü" "🇦🇹" {
  naïve-name = [größe, "x"]
}

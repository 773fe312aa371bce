a = 1 + 2 * 3 / 4 % 5 - 6
b = !true && false || 1 == 2 != true
c = 1 < 2 ? 3 <= 4 : 5 > 6 ? "x" : "y"
d = (
  1
  + 2
)
e = f(1, "two", [3], { four = 4 }, g()...)
h = provider::holdfast::cron_next("0 0 * * *", k)
i = a.b[0].c["d"][e.f].0.g
j = a.b.*.c.d.0
k = a[*].b[*].c[1]
l = [1, 2, 3,]
m = {
  a = 1
  b : 2,
  "c d" = 3, (e) = 4
  f = {
    g = [{ h = 1 }, { i = 2 }]
  }
}
n = [for x in xs : x]
o = [for k, v in { a = 1 } : "${k}-${v}" if v > 0 && k != ""]
p = { for x in [1, 2] : x => x * 2 }
q = { for x in [1, 2] : "k" => x... if x != 1 }
r = -1.5e-10 + 0.25E+3
s = - - !x
t = [
  [[1], [2]], # one
  [[3], [4]], // two
  /* three */ []
]
u = (((((1)))))
v = [for a in [for b in [for c in d : c] : b] : a]
w = f(
  1,
  2
)

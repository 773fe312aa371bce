message = "Hello ${var.name}, you have ${length(var.items)} items\tat 100%."
escaped = "a \"quoted\" \\ $${not} %%{neither} \u00e9 \U0001F600"
nested  = "x ${upper("y ${lower("z ${1 + 2} z")} y")} x"
choice  = "%{ if var.on }on%{ else }off%{ endif }"
trimmed = "a  ${~ var.b ~}  c %{~ for i, v in var.list ~} ${i}=${v} %{~ endfor ~} d"
wrapped = "${var.list}"
doc = <<EOT
First line ${var.name}
  %{ if true ~}
  yes
  %{ else ~}
  no
  %{ endif ~}
%{ for key, value in { a = 1, b = 2 } ~}
${key}: ${value}
%{ endfor ~}
last
EOT
flush = <<-SQL
    SELECT *
      FROM dbo.Orders -- ${join(",", ["a", "b"]...)}
    WHERE id = $${id}
  SQL

block "label" {
  list = [
    <<-ONE
      one
    ONE
    ,
    <<-TWO
      two ${<<-INNER
        in ${1}
      INNER
      } end
    TWO
  ]
}

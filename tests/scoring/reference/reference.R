# Recomputes every figure that tests/scoring/test_reference.py compares with, and prints them.
# On Debian: apt-get install r-base-core r-cran-multilevel r-cran-psych r-cran-lavaan
# Then, in this folder: Rscript reference.R
suppressPackageStartupMessages({library(multilevel); library(psych); library(lavaan)})
show <- function(name, value) cat(sprintf("%s = %s\n", name, paste(format(value, digits = 12), collapse = ", ")))

# Our own answers, in six groups.
own <- read.csv("answers.csv")
items <- own[, -1]
own$y <- rowMeans(items)
fit <- aov(y ~ as.factor(group), own)
show("F", summary(fit)[[1]][["F value"]][1])
show("p", summary(fit)[[1]][["Pr(>F)"]][1])
show("MSB, MSW", summary(fit)[[1]][["Mean Sq"]])
show("ICC1 (mean group size)", ICC1(fit))
show("ICC2", ICC2(fit))
show("alpha", psych::alpha(items, warnings = FALSE)$total$raw_alpha)
show("alpha if dropped", psych::alpha(items, warnings = FALSE)$alpha.drop$raw_alpha)
show("item-total", psych::alpha(items, warnings = FALSE)$item.stats$r.drop)
centred <- as.data.frame(sapply(items, function(x) x - ave(x, own$group)))
show("alpha within", psych::alpha(centred, warnings = FALSE)$total$raw_alpha)
model <- paste("f =~", paste(names(items), collapse = " + "))
cfa1 <- cfa(model, items, std.lv = TRUE, likelihood = "wishart")
est <- lavInspect(cfa1, "est")
show("omega", sum(est$lambda)^2 / (sum(est$lambda)^2 + sum(diag(est$theta))))
show("rwg.j uniform", rwg.j(items, own$group, ranvar = 2)$rwg.j)
show("rwg.j slight skew", rwg.j(items, own$group, ranvar = 1.34)$rwg.j)
show("r* (lindell)", sapply(split(items, own$group), function(x) 1 - mean(sapply(x, var)) / 4))
show("AD mean", ad.m(items, own$group)$AD.M)
show("AD median", ad.m(items, own$group, type = "median")$AD.M)
show("Welch F, df, p", unlist(oneway.test(y ~ group, own)[c("statistic", "parameter", "p.value")]))
show("t g1 g3", unlist(t.test(own$y[own$group == "g1"], own$y[own$group == "g3"])[c("statistic", "parameter", "p.value")]))
show("holm", p.adjust(c(.01, .04, .03, .005, .2), "holm"))
show("BH", p.adjust(c(.01, .04, .03, .005, .2), "BH"))

# Published figures, from the data that comes with the package `multilevel`.
data(bhr2000); data(bh1996)
hrs <- aov(HRS ~ as.factor(GRP), bhr2000)
show("bhr2000 HRS ICC1, ICC2", c(ICC1(hrs), ICC2(hrs)))
wb <- aov(WBEING ~ as.factor(GRP), bh1996)
show("bh1996 WBEING ICC1", ICC1(wb))
lead <- bhr2000[, 2:12]
r <- rwg.j(lead, bhr2000$GRP, ranvar = 2)$rwg.j
show("bhr2000 leadership rwg.j mean, min, max", c(mean(r), range(r)))
show("bhr2000 leadership alpha", psych::alpha(lead)$total$raw_alpha)
# What the figures above rest on, so that they can be had without R.
write.csv(aggregate(HRS ~ GRP, bhr2000, function(x) c(n = length(x), sum = sum(x), squares = sum(x^2))), "bhr2000_hrs.csv", row.names = FALSE)
write.csv(data.frame(variance = sapply(split(lead, bhr2000$GRP), function(x) mean(sapply(x, var)))), "bhr2000_leadership.csv", row.names = FALSE)
write.csv(cov(lead), "bhr2000_covariance.csv", row.names = FALSE)
write.csv(aggregate(WBEING ~ GRP, bh1996, function(x) c(n = length(x), sum = sum(x), squares = sum(x^2))), "bh1996_wbeing.csv", row.names = FALSE)

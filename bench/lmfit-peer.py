"""Fits with lmfit for bench/fits.ts: reads a list of fits as JSON on stdin, writes CPU seconds and results.

Each fit is what SymbolFit does for one choice of free parameters: lmfit.Minimizer with its defaults (leastsq) on the
residual with the error of its side. The form is compiled once a fit, which SymbolFit does at every evaluation.
"""
import json
import sys
import time
import warnings

import lmfit
import numpy as np

warnings.filterwarnings("ignore")
np.seterr(all="ignore")
names = {name: getattr(np, name) for name in ("exp", "log", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh")}
names.update(gauss=lambda x: np.exp(-x * x), sigmoid=lambda x: 1.0 / (1.0 + np.exp(-x)))


def fit(job, columns, y, up, down):
    code = compile(job["form"], "form", "eval")
    scope = dict(names, **columns)

    def residual(params):
        distance = eval(code, scope, params.valuesdict()) - y
        return distance / np.where(distance > 0, up, down)

    params = lmfit.Parameters()
    for name, value in job["start"].items():
        params.add(name, value=value, vary=name in job["free"])
    return lmfit.Minimizer(residual, params).minimize()


request = json.load(sys.stdin)
arrays = []
for data in request["data"]:
    up, down = np.array(data["up"]), np.array(data["down"])
    columns = {f"x{i}": np.array(column) for i, column in enumerate(data["x"])}
    arrays.append((columns, np.array(data["y"]), np.where(up == 0, down, up), np.where(down == 0, up, down)))

for job in request["jobs"][:20]:
    fit(job, *arrays[job["data"]])
best = None
for round in range(3):
    results = []
    for job in request["jobs"]:
        started = time.process_time()
        try:
            result = fit(job, *arrays[job["data"]])
            chi2, evaluations = float(result.chisqr), int(result.nfev)
        except Exception:
            chi2, evaluations = None, None
        results.append({"seconds": time.process_time() - started, "chi2": chi2, "evaluations": evaluations})
    if best is None or sum(r["seconds"] for r in results) < sum(r["seconds"] for r in best):
        best = results
json.dump({"lmfit": lmfit.__version__, "results": best}, sys.stdout)

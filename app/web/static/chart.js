// Draws the interactive heatmap; the table on the page has the same figures without it.
const section = document.querySelector("[data-chart]");

function loadLibrary(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: url, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

// Plotly's default mode bar offers to upload the chart to its maker's server.
const behaviour = {
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: "",
  responsive: true,
  // Nor may the page save an image of it: its policy lets no blob in.
  modeBarButtonsToRemove: ["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d"],
};

async function draw() {
  const [figure] = await Promise.all([
    fetch(section.dataset.chart).then((answer) => answer.json()),
    loadLibrary(section.dataset.library),
  ]);
  section.hidden = false;
  const style = getComputedStyle(document.documentElement);
  figure.layout.font.color = style.getPropertyValue("--ink");
  // The figure's colours are those of print; here they follow the page, light or dark.
  figure.data[0].colorscale = figure.data[0].colorscale.map(([at], index) => [
    at,
    style.getPropertyValue(`--level-${Math.floor(index / 2) + 1}`),
  ]);
  await Plotly.newPlot(section.querySelector("[data-plot]"), figure.data, figure.layout, behaviour);
}

draw().catch(() => {
  section.hidden = true;
});

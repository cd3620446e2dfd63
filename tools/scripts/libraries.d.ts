/** Leaflet comes without types, and the scripts of folium's own plugins ask for jQuery. */
declare const L: any;
interface Window {
  $: any;
  jQuery: any;
}
